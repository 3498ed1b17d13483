//! Every route against every role: whoever is not in the table gets 403, whatever the body.

use super::document::with_ids;
use crate::estate::Estate;
use hyper::Method;
use mingzhang_api::authorise::{Allowed, allowed};
use mingzhang_api::router;

#[tokio::test]
async fn whoever_is_not_in_the_table_is_refused() {
    let estate = Estate::build().await;
    let callers = [
        ("super_admin", &estate.server.admin),
        ("finance", &estate.finance),
        ("cashier", &estate.cashier),
        ("customer_service", &estate.desk),
        ("maintenance", &estate.maintenance),
        ("auditor", &estate.auditor),
    ];
    for route in router::routes() {
        let Some(Allowed::Roles(roles, _)) = allowed(route.operation) else { continue };
        let path = with_ids(route.path, "0190b0e0-0000-7000-8000-000000000001");
        let path = path
            .replacen("/companies/0190b0e0-0000-7000-8000-000000000001", &format!("/companies/{}", estate.company), 1)
            .replacen(
                "/communities/0190b0e0-0000-7000-8000-000000000001",
                &format!("/communities/{}", estate.community),
                1,
            );
        for (role, client) in callers {
            // Whoever may follow gets an answer without end.
            if route.operation == "follow_events" && roles.iter().any(|allowed| allowed.as_str() == role) {
                continue;
            }
            let body = (route.method != Method::GET).then(|| "{}".into());
            let key = [("idempotency-key", "roles")];
            let reply = client.send(route.method.clone(), &format!("/api/v1{path}"), &key, body).await;
            let there = roles.iter().any(|allowed| allowed.as_str() == role);
            let place = format!("{} as {role}: {}", route.operation, reply.text);
            if there {
                assert_ne!(reply.status, 403, "{place}");
                assert_ne!(reply.status, 401, "{place}");
            } else {
                assert_eq!(reply.status, 403, "{place}");
            }
            assert!(reply.status.as_u16() < 500, "{place}");
        }
    }
    estate.server.stop().await;
}
