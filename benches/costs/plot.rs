//! Lines as an SVG, both axes logarithmic.

use std::{fmt::Write as _, time::Duration};

use crate::report::time;

pub(crate) struct Panel {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) name: &'static str,
    /// Posts, and what a request then cost.
    pub(crate) points: Vec<(i64, Duration)>,
}

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 300.0;
/// Around a panel: for its name above, the numbers of posts below, times on the left.
const MARGIN: f64 = 80.0;
const LEGEND: f64 = 230.0;
const COLORS: [&str; 7] =
    ["#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97", "#e28413", "#00798c", "#5c5c5c"];
/// In microseconds.
const LOWEST: f64 = 10.0;
const HIGHEST: f64 = 1_000_000.0;

pub(crate) fn plot(panels: &[Panel]) -> String {
    let count = panels.iter().map(|_| WIDTH + MARGIN).sum::<f64>();
    let (width, height) = (count + LEGEND, HEIGHT + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let mut left = MARGIN;
    for panel in panels {
        draw(&mut svg, panel, left);
        left += WIDTH + MARGIN;
    }
    let lines = panels.first().map_or(&[][..], |panel| &panel.lines);
    for ((line, color), top) in
        lines.iter().zip(COLORS).zip([0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0])
    {
        text(&mut svg, (left - MARGIN / 2.0, MARGIN + 12.0 + top), "start", color, line.name);
    }
    svg + "</svg>\n"
}

fn draw(svg: &mut String, panel: &Panel, left: f64) {
    let sizes = panel.lines.iter().flat_map(|line| &line.points).map(|(posts, _)| *posts);
    let (least, most) = (sizes.clone().min().unwrap_or(1), sizes.clone().max().unwrap_or(2));
    let x = |posts: i64| left + WIDTH * share(number(posts), number(least), number(most));
    let y = |micros: f64| MARGIN + HEIGHT * (1.0 - share(micros, LOWEST, HIGHEST));
    text(svg, (left + WIDTH / 2.0, MARGIN - 20.0), "middle", "black", &panel.name);
    let mut micros = LOWEST;
    while micros <= HIGHEST * 1.01 {
        let label = time(Duration::from_secs_f64(micros / 1e6));
        rule(svg, (left, y(micros)), (left + WIDTH, y(micros)));
        text(svg, (left - 4.0, y(micros) + 4.0), "end", "black", &label);
        micros *= 10.0;
    }
    let points = panel.lines.first().map_or(&[][..], |line| &line.points);
    for (posts, _) in points {
        rule(svg, (x(*posts), MARGIN), (x(*posts), MARGIN + HEIGHT));
        text(svg, (x(*posts), MARGIN + HEIGHT + 18.0), "middle", "black", &posts.to_string());
    }
    for (line, color) in panel.lines.iter().zip(COLORS) {
        let points = line
            .points
            .iter()
            .map(|(posts, cost)| format!("{:.1},{:.1}", x(*posts), y(cost.as_secs_f64() * 1e6)));
        let points: Vec<String> = points.collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{}\"/>",
            points.join(" ")
        );
    }
}

/// How far a value lies from the least to the most.
fn share(value: f64, least: f64, most: f64) -> f64 {
    ((value.max(least) / least).ln() / (most / least).ln()).min(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "some millions")]
fn number(posts: i64) -> f64 {
    posts as f64
}

fn rule(svg: &mut String, (x, y): (f64, f64), (to_x, to_y): (f64, f64)) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x:.1}\" y1=\"{y:.1}\" x2=\"{to_x:.1}\" y2=\"{to_y:.1}\" stroke=\"#dddddd\"/>"
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, color: &str, text: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{color}\">{text}</text>"
    );
}
