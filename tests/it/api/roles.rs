//! Every route against every role over HTTP: whoever the policies do not permit gets 403, whatever the body.

use super::document::with_ids;
use crate::estate::Estate;
use hyper::Method;
use mingzhang_api::authorise::{Column, Granted, permits};
use mingzhang_api::endpoint::Scope;
use mingzhang_api::router;
use mingzhang_domain::staff::Role;

#[tokio::test]
async fn whoever_is_not_permitted_is_refused() {
    let estate = Estate::build().await;
    let callers = [
        (Column::Administrator, &estate.server.admin),
        (Column::Staff(Role::Finance, Granted::Company), &estate.finance),
        (Column::Staff(Role::Cashier, Granted::Company), &estate.cashier),
        (Column::Staff(Role::CustomerService, Granted::Company), &estate.desk),
        (Column::Staff(Role::Maintenance, Granted::Company), &estate.maintenance),
        (Column::Staff(Role::Auditor, Granted::Company), &estate.auditor),
    ];
    for route in router::routes() {
        let scope = Scope::of(route.path);
        if permits(Column::Colleague, route.operation, scope) {
            continue;
        }
        let path = with_ids(route.path, "0190b0e0-0000-7000-8000-000000000001");
        let path = path
            .replacen("/companies/0190b0e0-0000-7000-8000-000000000001", &format!("/companies/{}", estate.company), 1)
            .replacen(
                "/communities/0190b0e0-0000-7000-8000-000000000001",
                &format!("/communities/{}", estate.community),
                1,
            );
        for (column, client) in callers {
            let there = permits(column, route.operation, scope);
            // Whoever may follow gets an answer without end.
            if route.operation == "follow_events" && there {
                continue;
            }
            let body = (route.method != Method::GET).then(|| "{}".into());
            let key = [("idempotency-key", "roles")];
            let reply = client.send(route.method.clone(), &format!("/api/v1{path}"), &key, body).await;
            let place = format!("{} as {column:?}: {}", route.operation, reply.text);
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
