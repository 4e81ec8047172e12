//! `portcullis doctor`: looks at a server from the inside and from the outside.

mod codes;
mod local;
mod outside;
mod report;
mod store;

use super::failure::{Exit, Failure};
use super::run::Run;
use clap::Args;
use report::{Level, Report};

#[derive(Debug, Args)]
#[command(before_help = "Examples:
  portcullis doctor
  portcullis doctor --cluster                    also compare the nodes, one by one
  portcullis doctor --strict --json              exit code 8 for warnings too")]
pub(super) struct DoctorArgs {
    /// Show every node of the cluster
    #[arg(long)]
    cluster: bool,
    /// Only the checks with this in their name: database, tls, backups
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Exit with 8 for warnings too
    #[arg(long)]
    strict: bool,
}

pub(super) async fn run(args: DoctorArgs, run: &Run) -> Result<(), Failure> {
    let console = run.console;
    let mut report = Report::new(args.only)?;
    let (mut nodes, mut pages) = (String::new(), "docs/reference/doctor.md".to_owned());
    match run.config(Vec::new()) {
        Err(wrong) => report.problem("Configuration", codes::CONFIGURATION, wrong.to_string()),
        Ok(config) => {
            pages = format!("{}/docs/reference/doctor", config.public_url);
            local::check(&config, &mut report);
            let runs = outside::server_runs(&config).await;
            let taken = local::check_port(&config, runs, &mut report);
            // With nothing on this machine at a name of this machine there is nobody to ask.
            if taken || !config.public_url.is_loopback_http() {
                outside::check(&config, &mut report).await;
            }
            nodes = store::check(&config, &mut report, args.cluster.then_some(console)).await;
            mail(&config, &mut report).await;
        }
    }
    if console.json {
        console.answer_json(&report.as_json())?;
    } else {
        console.answer(&(nodes + &report.told(console)))?;
    }
    let found = report.count(Level::Problem) + if args.strict { report.count(Level::Warning) } else { 0 };
    if found == 0 {
        console.note(&report.verdict());
        return Ok(());
    }
    Err(Failure::new(Exit::ChecksFailed, report.verdict()).remedy("each code", pages))
}

async fn mail(config: &crate::config::Config, report: &mut Report) {
    const MAIL: &str = "Mail";
    const NONE: &str = "no mail server is set";
    match crate::mail::Post::open(&config.mail) {
        // Who tries it on one machine needs none.
        Ok(None) if config.public_url.is_loopback_http() => report.warn(MAIL, codes::NO_MAIL, NONE),
        Ok(None) => report.problem(MAIL, codes::NO_MAIL, NONE),
        Ok(Some(post)) => match post.check().await {
            Ok(()) => report.fine(MAIL, format!("{} takes our connection", post.host())),
            Err(error) => report.problem(MAIL, codes::MAIL_FAILS, format!("{}: {error}", post.host())),
        },
        Err(error) => report.problem(MAIL, codes::MAIL_FAILS, error.to_string()),
    }
}
