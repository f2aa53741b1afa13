//! Draws the tray's icon: a ship in its berth, seen from above. The ship is
//! solid, hollow or away, so that no colour is needed to read it.
//!
//! Coordinates are those of the application's icon, scaled to a square of
//! [`UNITS`]; see `icons/berth.svg`.
use super::model::{Look, Ship};

/// Width and height of the picture, in pixels. Panels show it at 16 to 24, or
/// twice that.
pub(crate) const SIZE: u32 = 48;

const UNITS: f32 = 32.0;
/// Samples across a pixel, each way, for smooth edges.
const SAMPLES: u32 = 6;
/// Reads on light and on dark panels: at least 3:1 against white and #1e1e1e.
const INK: [u8; 3] = [0x3d, 0x8b, 0xd9];
const ALARM: [u8; 3] = [0xe5, 0x48, 0x4d];

/// How the system wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each system wants one of them")]
pub(crate) enum Style {
    /// In our colours.
    Coloured,
    /// Black, for the system to colour.
    Template,
}

/// The picture: rows of red, green, blue and opacity.
pub(crate) fn draw(look: Look, style: Style) -> Vec<u8> {
    let mut pixels = Vec::with_capacity((SIZE * SIZE * 4) as usize);
    for row in 0..SIZE {
        for column in 0..SIZE {
            pixels.extend(pixel(look, style, column, row));
        }
    }
    pixels
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Paint {
    Nothing,
    Ink,
    Alarm,
}

fn pixel(look: Look, style: Style, column: u32, row: u32) -> [u8; 4] {
    let at = |pixel: u32, sample: u32| {
        let fine = (pixel * SAMPLES + sample) as f32 + 0.5;
        fine * UNITS / (SIZE * SAMPLES) as f32
    };
    let mut ink = 0;
    let mut alarm = 0;
    for y in 0..SAMPLES {
        for x in 0..SAMPLES {
            match paint(look, at(column, x), at(row, y)) {
                Paint::Nothing => {}
                Paint::Ink => ink += 1,
                Paint::Alarm => alarm += 1,
            }
        }
    }
    let [red, green, blue] = match style {
        Style::Template => [0, 0, 0],
        // The two never touch, so a pixel has the colour of one.
        Style::Coloured if alarm > ink => ALARM,
        Style::Coloured => INK,
    };
    let opacity = (ink + alarm) * 255 / (SAMPLES * SAMPLES);
    [red, green, blue, u8::try_from(opacity).unwrap_or(u8::MAX)]
}

fn paint(look: Look, x: f32, y: f32) -> Paint {
    if look.trouble {
        let away = (x - 25.0).hypot(y - 25.0);
        if away < 5.5 {
            return Paint::Alarm;
        }
        if away < 7.3 {
            return Paint::Nothing;
        }
    }
    let side = (x - 16.0).abs();
    let ship = match look.ship {
        Ship::Running => hull(side, y, 0.0),
        Ship::Asleep => hull(side, y, 0.0) && !hull(side, y, 1.9),
        Ship::Away => false,
    };
    match ship || quay(side, y) < 1.6 {
        true => Paint::Ink,
        false => Paint::Nothing,
    }
}

/// Inside the ship, drawn in by `inset` on all sides.
fn hull(side: f32, y: f32, inset: f32) -> bool {
    const BEAM: f32 = 4.9;
    const BOW: f32 = 3.5;
    const SHOULDER: f32 = 13.0;
    const STERN: f32 = 21.5;
    // Where the bow is sharp, the same inset on both sides is a longer way along.
    let bow = BOW + inset * 1.6;
    if y < bow || y > STERN - inset {
        return false;
    }
    let beam = BEAM - inset;
    let length = SHOULDER - bow;
    let forward = ((SHOULDER - y) / length).max(0.0);
    side < beam * (1.0 - forward.powf(1.8))
}

/// Distance from the middle of the quay, which lies around three sides.
fn quay(side: f32, y: f32) -> f32 {
    const OUT: f32 = 11.5;
    const TOP: f32 = 8.5;
    const BEND: f32 = 22.5;
    const RADIUS: f32 = 4.5;
    if side > OUT - RADIUS && y > BEND {
        return ((side - (OUT - RADIUS)).hypot(y - BEND) - RADIUS).abs();
    }
    let wall = (side - OUT).hypot(y - y.clamp(TOP, BEND));
    let floor = (side - side.min(OUT - RADIUS)).hypot(y - (BEND + RADIUS));
    wall.min(floor)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{ALARM, INK, Look, SIZE, Ship, Style, draw};

    /// Opacity and colour of the pixel at these units.
    fn at(look: Look, x: u32, y: u32) -> ([u8; 3], u8) {
        let pixels = draw(look, Style::Coloured);
        let (x, y) = (x * SIZE / 32, y * SIZE / 32);
        let start = ((y * SIZE + x) * 4) as usize;
        let [red, green, blue, opacity] = pixels[start..start + 4] else {
            unreachable!("four bytes were asked for");
        };
        ([red, green, blue], opacity)
    }

    fn look(ship: Ship, trouble: bool) -> Look {
        Look { ship, trouble }
    }

    #[test]
    fn the_middle_of_the_ship_tells_solid_hollow_and_away_apart() {
        let middle = |ship| at(look(ship, false), 16, 16).1;
        assert_eq!(middle(Ship::Running), 255);
        assert_eq!(middle(Ship::Asleep), 0);
        assert_eq!(middle(Ship::Away), 0);
        let side = |ship| at(look(ship, false), 12, 16).1;
        assert_eq!((side(Ship::Asleep), side(Ship::Away)), (255, 0));
    }

    #[test]
    fn trouble_is_a_badge_that_stands_apart_from_the_rest() {
        assert_eq!(at(look(Ship::Running, true), 25, 25), (ALARM, 255));
        assert_eq!(at(look(Ship::Running, true), 19, 27).1, 0);
        assert_eq!(at(look(Ship::Running, false), 19, 27), (INK, 255));
    }

    #[test]
    fn all_looks_differ_even_without_colour() {
        let mut seen = HashSet::new();
        for ship in [Ship::Running, Ship::Asleep, Ship::Away] {
            for trouble in [false, true] {
                assert!(seen.insert(draw(look(ship, trouble), Style::Template)));
            }
        }
    }

    #[test]
    fn a_template_is_black_and_the_corners_are_clear() {
        let pixels = draw(look(Ship::Running, true), Style::Template);
        assert!(pixels.chunks(4).all(|pixel| pixel[..3] == [0, 0, 0]));
        assert_eq!(pixels[3], 0);
        assert_eq!(pixels.len(), (SIZE * SIZE * 4) as usize);
    }
}
