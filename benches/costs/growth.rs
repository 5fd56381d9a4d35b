//! What a request costs with more and more posts, on both databases.

use std::{fmt::Write as _, fs, io, time::Duration};

use crate::{
    basalt::{Basalt, Settings},
    document,
    figures::Figures,
    fill::fill,
    plot::{Line, Panel, plot},
    questions::Question,
    report::time,
    scenarios::{ONE, On},
    stage::{Asked, Stage},
};

const SIZES: [i64; 4] = [10_000, 100_000, 500_000, 2_000_000];
const LONG: i64 = 10_000_000;
/// How much dearer the most posts may make a request than the fewest.
const BAR: f64 = 1.3;

const QUESTIONS: [Question; 7] = [
    Question::FirstPage,
    Question::LastPage,
    Question::Post,
    Question::Users,
    Question::FrequentWord,
    Question::MissingWord,
    Question::NewPost,
];

/// One question's figures, one for each size.
type Growth = (Question, Vec<Figures>);

pub(crate) async fn run(duration: Duration, is_long: bool, is_dry: bool) -> io::Result<()> {
    let sizes: Vec<i64> = SIZES.into_iter().chain(is_long.then_some(LONG)).collect();
    let mut stage = Stage::set(1, duration, sizes[0]).await?;
    let mut text = String::new();
    let mut panels = Vec::new();
    for (name, on) in [("PostgreSQL", On::Postgres), ("SQLite", On::Sqlite)] {
        let growths = grow(&mut stage, on, &sizes, duration).await?;
        let table = table(name, &sizes, &growths);
        eprint!("{table}");
        text += &table;
        panels.push(panel(name, &sizes, &growths));
    }
    println!("{text}");
    if is_dry {
        return Ok(());
    }
    fs::write(document::folder().join("growth.svg"), plot(&panels))?;
    document::write("growth", &text)
}

async fn grow(
    stage: &mut Stage,
    on: On,
    sizes: &[i64],
    duration: Duration,
) -> io::Result<Vec<Growth>> {
    let settings = Settings { database: stage.database(on).await?, ..Settings::default() };
    let mut growths: Vec<Growth> = QUESTIONS.map(|question| (question, Vec::new())).into();
    let mut filled = sizes[0];
    for &size in sizes {
        if size > filled {
            eprintln!("filling up to {size} posts");
            fill(&settings.database, filled + 1..=size).await?;
            filled = size;
        }
        let Basalt { child, api } = Basalt::start(&settings, stage.folder())?;
        let mut asked =
            Asked { child, requests: [].into(), login: Vec::new(), stores: stage.processes(on) };
        for (question, figures) in &mut growths {
            asked.requests = question.requests(&api)?;
            figures.push(asked.run(ONE, duration).await?);
        }
    }
    Ok(growths)
}

/// Of the server and the stores.
fn processor_time(figures: &Figures) -> Duration {
    figures.server.unwrap_or_default() + figures.stores.unwrap_or_default()
}

fn growth_of(figures: &[Figures], part: fn(&Figures) -> Duration) -> f64 {
    let part = |figures: Option<&Figures>| figures.map(part).unwrap_or_default().as_secs_f64();
    part(figures.last()) / part(figures.first()).max(1e-9)
}

fn table(name: &str, sizes: &[i64], growths: &[Growth]) -> String {
    let heads: Vec<String> = sizes.iter().map(|size| format!("{size} posts")).collect();
    let rule = "--:|".repeat(sizes.len());
    let mut table = format!(
        "\n{name}, median of the time and processor time of server and stores:\n\n\
         | | {} | grows by | |\n|---|{rule}--:|---|\n",
        heads.join(" | ")
    );
    for (question, figures) in growths {
        let cells = figures
            .iter()
            .map(|figures| format!("{}, {}", time(figures.p50), time(processor_time(figures))));
        let cells: Vec<String> = cells.collect();
        let (latency, cost) =
            (growth_of(figures, |figures| figures.p50), growth_of(figures, processor_time));
        let holds = if latency.max(cost) <= BAR { "holds" } else { "**missed**" };
        // A String takes everything.
        let _ = writeln!(
            table,
            "| {} | {} | {latency:.2} ×, {cost:.2} × | {holds} |",
            question.name(),
            cells.join(" | ")
        );
    }
    table
}

fn panel(name: &str, sizes: &[i64], growths: &[Growth]) -> Panel {
    let lines = growths.iter().map(|(question, figures)| Line {
        name: question.name(),
        points: sizes.iter().copied().zip(figures.iter().map(processor_time)).collect(),
    });
    Panel { name: name.to_owned(), lines: lines.collect() }
}
