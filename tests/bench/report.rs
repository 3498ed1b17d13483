//! The table on the terminal and `target/bench/summary.json`.

use serde::Serialize;
use std::path::PathBuf;

/// One figure of one case.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// Name of the case.
    pub(crate) case: String,
    /// What the product did.
    pub(crate) value: f64,
    /// Of what, per what.
    pub(crate) unit: &'static str,
    /// The same done without the product, in the same run.
    pub(crate) limit: Option<f64>,
    /// Value over limit.
    pub(crate) ratio: Option<f64>,
    /// What the ratio should be, and a remark.
    #[serde(skip)]
    pub(crate) remark: String,
}

impl Figure {
    /// A figure with nothing beside it.
    pub(crate) fn plain(case: &str, value: f64, unit: &'static str, remark: &str) -> Self {
        Self { case: case.into(), value, unit, limit: None, ratio: None, remark: remark.into() }
    }
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Figure>);

impl Report {
    pub(crate) fn add(&mut self, figures: Vec<Figure>) {
        for figure in &figures {
            println!("{}", line(figure));
        }
        self.0.extend(figures);
    }

    pub(crate) fn print_and_save(&self) -> std::io::Result<()> {
        // cargo runs a bench in the folder of its package; the build folder is the workspace's.
        let build = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let build = build.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target")));
        let folder = build.join("bench");
        std::fs::create_dir_all(&folder)?;
        let file = folder.join("summary.json");
        std::fs::write(&file, serde_json::to_vec_pretty(&self.0)?)?;
        println!("\n{:<28} {:>12} {:>12} {:>7}  unit, remark", "case", "value", "limit", "ratio");
        self.0.iter().for_each(|figure| println!("{}", line(figure)));
        println!("saved in {}", file.display());
        Ok(())
    }
}

fn line(figure: &Figure) -> String {
    let number = |value: Option<f64>, digits: usize| value.map_or("-".into(), |v| format!("{v:.digits$}"));
    format!(
        "{:<28} {:>12} {:>12} {:>7}  {}, {}",
        figure.case,
        number(Some(figure.value), 0),
        number(figure.limit, 0),
        number(figure.ratio, 2),
        figure.unit,
        figure.remark
    )
}
