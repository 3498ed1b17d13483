//! Every route against every role over HTTP: whoever the policies do not permit gets 403, whatever the body.

use super::document::with_ids;
use crate::estate::Estate;
use hyper::Method;
use mingzhang_api::authorise::{Asker, Granted, permits};
use mingzhang_api::endpoint::Scope;
use mingzhang_api::router;
use mingzhang_domain::staff::Role;
use std::collections::BTreeSet;

#[tokio::test]
async fn whoever_is_not_permitted_is_refused() {
    let estate = Estate::build().await;
    let with = |role| Asker::Staff(BTreeSet::from([(role, Granted::Company)]));
    let callers = [
        (Asker::Administrator { appointed: true }, &estate.server.admin),
        (with(Role::Finance), &estate.finance),
        (with(Role::Cashier), &estate.cashier),
        (with(Role::CustomerService), &estate.desk),
        (with(Role::Maintenance), &estate.maintenance),
        (with(Role::Auditor), &estate.auditor),
    ];
    for route in router::routes() {
        let scope = Scope::of(route.path);
        if permits(&Asker::Staff(BTreeSet::new()), route.operation, scope) {
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
        for (asker, client) in &callers {
            let there = permits(asker, route.operation, scope);
            // Whoever may follow gets an answer without end.
            if route.operation == "follow_events" && there {
                continue;
            }
            let body = (route.method != Method::GET).then(|| "{}".into());
            let key = [("idempotency-key", "roles")];
            let reply = client.send(route.method.clone(), &format!("/api/v1{path}"), &key, body).await;
            let place = format!("{} as {asker:?}: {}", route.operation, reply.text);
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
