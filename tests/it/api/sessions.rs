//! Signing in and out, and the brakes on guessing.

use crate::server::Server;
use hyper::Method;
use serde_json::json;

#[tokio::test]
async fn a_session_begins_and_ends() {
    let server = Server::start().await;
    let me = server.admin.get("/api/v1/me").await.good();
    assert_eq!(me["kind"], "administrator");
    assert_eq!(me["roles"], json!([{"role": "super_admin"}]));
    let out = server.admin.send(Method::DELETE, "/api/v1/sessions/current", &[], None).await;
    assert_eq!(out.status, 204);
    assert_eq!(server.admin.get("/api/v1/me").await.refused(401), "sign_in_required");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_told_alike_and_then_slowed_down() {
    let server = Server::start().await;
    let wrong = |name: &str| json!({"name": name, "password": "not the password"});
    for _ in 0..3 {
        assert_eq!(server.nobody.post("/api/v1/sessions", wrong("nobody.here")).await.refused(401), "sign_in_failed");
    }
    for _ in 0..6 {
        assert_eq!(server.nobody.post("/api/v1/sessions", wrong("admin")).await.refused(401), "sign_in_failed");
    }
    let slowed = server.nobody.post("/api/v1/sessions", wrong("admin")).await;
    assert_eq!(slowed.refused(429), "too_many_attempts");
    assert!(!slowed.header("retry-after").is_empty());
    server.stop().await;
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused() {
    let server = Server::start().await;
    for token in ["x", "mz_00", &format!("mz_{}", "0".repeat(64))] {
        assert_eq!(server.nobody.with_token(token).get("/api/v1/me").await.refused(401), "sign_in_required");
    }
    server.stop().await;
}
