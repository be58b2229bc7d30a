//! How large the diagram is drawn, and where the caption stands when it stands beside it.

use super::callout::Area;

/// The layout of the stage, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Fit {
    /// How large a scene unit is, in thousandths of a CSS pixel.
    pub(in crate::ui) scale: i32,
    /// Where the diagram stands.
    pub(in crate::ui) picture: Area,
    /// Where the caption stands when it is not beside its thing.
    pub(in crate::ui) dock: Area,
    /// Whether the diagram is higher than its place, which then scrolls.
    pub(in crate::ui) scrolls: bool,
}

/// Scene units are drawn between these sizes, in thousandths of a CSS pixel.
const SCALE_MIN: i32 = 420;
const SCALE_MAX: i32 = 1400;

/// The column beside the diagram in which a caption has room.
const COLUMN: i32 = 248;
/// The strip below the diagram: in two lines, or in three.
const STRIP_LOW: i32 = 56;
const STRIP: i32 = 78;
const STRIP_WIDTH_MAX: i32 = 980;
/// Lower stages have the lower strip.
const LOW: i32 = 480;
const EDGE: i32 = 8;

/// Fits a scene of that extent into a stage of that extent, so that the whole is seen and the
/// caption has a place of its own. A page that only shows the diagram never scrolls.
pub(in crate::ui) fn fit(scene: (i32, i32), stage: (i32, i32), is_whole: bool) -> Fit {
    let strip = if stage.1 < LOW { STRIP_LOW } else { STRIP };
    let meet = |width: i32, height: i32| {
        let across = width.max(1) * 1000 / scene.0.max(1);
        let down = height.max(1) * 1000 / scene.1.max(1);
        across.min(down).min(SCALE_MAX)
    };
    let inner = (stage.0 - 2 * EDGE, stage.1 - 2 * EDGE);
    let above = meet(inner.0, inner.1 - strip);
    let beside = meet(inner.0 - COLUMN - EDGE, inner.1);
    let is_beside = beside > above;
    let least = if is_whole { 1 } else { SCALE_MIN.min(meet(inner.0, i32::MAX / 2000)) };
    let scale = above.max(beside).max(least);
    let (w, h) = (scene.0 * scale / 1000, scene.1 * scale / 1000);
    if is_beside {
        let x = ((stage.0 - w) / 2).max(EDGE + COLUMN + EDGE);
        let picture = Area { x, y: EDGE, w, h };
        let dock = Area { x: x - COLUMN - EDGE, y: EDGE, w: COLUMN, h: inner.1 };
        return Fit { scale, picture, dock, scrolls: h > inner.1 };
    }
    let picture = Area { x: (stage.0 - w) / 2, y: EDGE, w, h };
    let width = inner.0.min(STRIP_WIDTH_MAX);
    let dock = Area {
        x: (stage.0 - width) / 2,
        y: (EDGE + h + EDGE).min(stage.1 - strip - EDGE / 2),
        w: width,
        h: strip,
    };
    Fit { scale, picture, dock, scrolls: h > inner.1 - strip }
}

/// How high a stage of that width would be, if it had the room for the picture in full width and
/// for the caption below it.
pub(in crate::ui) fn natural_height(scene: (i32, i32), width: i32) -> i32 {
    let scale = ((width - 2 * EDGE).max(1) * 1000 / scene.0.max(1)).min(SCALE_MAX);
    EDGE + scene.1 * scale / 1000 + EDGE + STRIP + EDGE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_of_its_natural_height_shows_the_picture_as_wide_as_it_is() {
        for (scene, width) in [((800, 640), 800), ((360, 900), 390), ((1200, 500), 960)] {
            let height = natural_height(scene, width);
            let Fit { picture, scrolls, .. } = fit(scene, (width, height), true);
            let full = (width - 2 * EDGE).min(scene.0 * SCALE_MAX / 1000);
            assert!(!scrolls && picture.w > full - 4, "{scene:?} {width} {picture:?}");
        }
    }

    #[test]
    fn a_slide_shows_the_whole_and_the_caption() {
        for scene in [(800, 640), (800, 300), (400, 900), (1200, 700)] {
            let Fit { picture, dock, scrolls, .. } = fit(scene, (800, 400), true);
            assert!(!scrolls, "{scene:?}");
            assert!(picture.x >= 0 && picture.x + picture.w <= 800, "{scene:?} {picture:?}");
            assert!(picture.y + picture.h <= 400, "{scene:?} {picture:?}");
            let apart = dock.x + dock.w <= picture.x || dock.y >= picture.y + picture.h;
            assert!(apart && dock.y + dock.h <= 400, "{scene:?} {picture:?} {dock:?}");
        }
    }
}
