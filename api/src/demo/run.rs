//! The demo as a program: start, load what is missing, print the figures, serve until told to stop.

use super::founding::STAFF;
use super::{DemoError, Loaded, Scale, summary};
use crate::app::App;
use crate::config::Demo;
use crate::server;
use crate::start::{self, FIRST_NAME, StartError};
use crate::workers::rounds::catch_up;
use mingzhang_projections::reader::Reader;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::identity::{self, Principal, PrincipalKind, SignIn};
use reqwest::Url;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Everybody's password in the demo: made known to all, so never to be kept on a machine that others reach.
pub(super) const PASSWORD: &str = "mingzhang-demo";

/// How long the read models may take for all that was loaded.
pub(super) const FOLDED_WITHIN: Duration = Duration::from_secs(600);

/// Why the demo did not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The server.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The load.
    #[error("the demo could not be loaded: {0}")]
    Load(#[from] DemoError),
    /// The figures.
    #[error("the read models could not be read: {0}")]
    Read(#[from] mingzhang_projections::reader::ReadError),
    /// The read models.
    #[error("the read models could not be folded: {0}")]
    Fold(#[from] mingzhang_projections::error::ProjectionError),
}

impl From<sqlx::Error> for RunError {
    fn from(error: sqlx::Error) -> Self {
        Self::Start(error.into())
    }
}

impl From<mingzhang_store::error::StoreError> for RunError {
    fn from(error: mingzhang_store::error::StoreError) -> Self {
        Self::Start(error.into())
    }
}

impl From<crate::problem::Problem> for RunError {
    fn from(problem: crate::problem::Problem) -> Self {
        Self::Start(problem.into())
    }
}

/// The whole life of `demo`: from flags to a clean end.
///
/// # Errors
/// [`RunError`]; what was loaded stays, and the next run goes on.
pub async fn run(demo: Demo) -> Result<(), RunError> {
    let scale = if demo.small { Scale::SMALL } else { Scale::FULL };
    let serve = demo.serve;
    let (private, access) = start::database(&serve.kept).await?;
    let listener = server::listen(serve.listen).map_err(start::listening)?;
    let password = Some(serve.admin_password.clone().unwrap_or_else(|| PASSWORD.to_owned()));
    let options = start::Options {
        admin_password: password,
        projections: true,
        public_url: serve.public_url.clone().or_else(|| Some(format!("http://{}", listener.local_addr().ok()?))),
        ..start::Options::of(&serve)
    };
    let started = start::start(&access, &serve.kept.data, Arc::new(SystemClock), options).await?;
    let (app, stop) = (Arc::clone(&started.app), start::stop_signal());
    let serving = async {
        tokio::pin!(stop);
        let told = tokio::select! {
            told = tell(&app, (scale, demo.local_gateway), &listener, &serve.kept.data) => told,
            () = &mut stop => Err(DemoError::Stopped.into()),
        };
        let served = told.is_ok();
        started
            .serve(listener, async {
                if served {
                    stop.await;
                }
            })
            .await;
        told
    };
    let told: Result<(), RunError> = serving.await;
    if let Some(private) = private {
        private.stop().await.map_err(StartError::from)?;
    }
    match told {
        Err(RunError::Load(DemoError::Stopped)) => {
            println!("stopped; the next run goes on where this one was");
            Ok(())
        }
        other => other,
    }
}

/// Loads, signs everybody up, and prints what there is.
async fn tell(
    app: &Arc<App>,
    (scale, local_gateway): (Scale, Option<Url>),
    listener: &TcpListener,
    data: &std::path::Path,
) -> Result<(), RunError> {
    let loaded = super::load(app, scale, local_gateway).await?;
    app.directory.refresh().await?;
    sign_up(app, &loaded).await?;
    // The figures are those of everything that was loaded; the runner of this process folds it.
    let communities = app.directory.children(loaded.company).into_iter().map(|ledger| ledger.ledger_id);
    for ledger in [app.directory.installation(), loaded.company].into_iter().chain(communities) {
        catch_up(app, ledger, FOLDED_WITHIN).await?;
    }
    let reader = Reader::new(app.reader.clone(), None);
    let address = listener.local_addr().map_err(start::listening)?;
    summary::print(app, &reader, &loaded, address, data).await?;
    Ok(())
}

/// Everybody may sign in with the demo's password; whoever has another one keeps it.
async fn sign_up(app: &App, loaded: &Loaded) -> Result<(), RunError> {
    let mut conn = app.writer.acquire().await?;
    for colleague in STAFF {
        if identity::find_sign_in(&mut conn, colleague.sign_in).await?.is_some() {
            continue;
        }
        let id = super::founding::colleague(loaded.company, colleague.sign_in).uuid();
        let principal = Principal { kind: PrincipalKind::Staff, id, ledger_id: loaded.company };
        let password_hash = app.passwords.hash(PASSWORD.to_owned()).await?;
        let sign_in = SignIn { name: colleague.sign_in.to_owned(), principal, password_hash };
        identity::put_sign_in(&mut conn, &sign_in, app.now()).await?;
    }
    Ok(())
}

/// Who can sign in: name and what for.
pub(super) fn logins() -> impl Iterator<Item = (&'static str, String)> {
    let staff = STAFF.iter().map(|colleague| (colleague.sign_in, colleague.role.as_str().to_owned()));
    std::iter::once((FIRST_NAME, "super_admin".to_owned())).chain(staff)
}
