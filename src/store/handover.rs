//! From the player to the lab: the place that the lab comes up at, and what was asked for
//! meanwhile. It crosses from one program to the other as text.

use crate::api::object::ObjectKey;
use crate::i18n::Locale;

use super::AppState;
use super::effect::Effect;
use super::embedding::{Call, Method};
use super::message::{Edit, Msg, RunMsg, Share, Timer};
use super::packed::{Packed, Packer, Unpacker, packed_structs, packed_words};
use super::picture::Picture;
use super::place::{Drawer, Pace, Page, Panel, Stage, Theme};
use super::player::{LabStand, Player};
use super::playhead::{Playhead, save_soon};
use super::shared::Shared;
use super::terminal::Terminal;

const VERSION: u64 = 1;

/// Where the player is.
#[derive(Clone, Debug, PartialEq)]
pub struct Handover {
    /// The scenario that is open.
    pub lesson: Option<String>,
    /// How many beats are shown, or will be.
    pub shown: usize,
    /// Whether the steps follow each other by themselves.
    pub pace: Pace,
    /// What the viewer chose last.
    pub habit: Pace,
    /// How fast, in percent.
    pub speed_percent: u32,
    /// Whether the viewer chose the place.
    pub is_placed: bool,
    /// The language.
    pub locale: Locale,
    /// The colours.
    pub theme: Theme,
    /// The page.
    pub page: Page,
    /// The part that a narrow page shows.
    pub panel: Panel,
    /// The part below the diagram, when it is open.
    pub drawer: Option<Drawer>,
    /// The object that is to be looked into.
    pub selected: Option<ObjectKey>,
    /// The size of the diagram's place.
    pub stage: Stage,
    /// What was typed.
    pub typed: Option<String>,
    /// What the lab is to do.
    pub asked: Vec<Msg>,
    /// Whether somebody waits for the lab.
    pub is_awaited: bool,
    /// Whether a dialog is open, which the player closes.
    pub has_dialog: bool,
}

impl Handover {
    /// Where the player is.
    pub fn of(player: &Player) -> Self {
        let head = &player.head;
        Self {
            lesson: player.lesson.clone(),
            shown: head.asked(),
            pace: head.pace,
            habit: head.habit,
            speed_percent: head.speed_percent,
            is_placed: head.is_placed,
            locale: player.locale,
            theme: player.theme,
            page: player.page,
            panel: player.panel,
            drawer: player.drawer,
            selected: player.selected.clone(),
            stage: player.stage,
            typed: player.typed.as_deref().map(str::to_owned),
            asked: player.asked.clone(),
            is_awaited: player.lab == LabStand::Awaited,
            has_dialog: player.dialog.is_some(),
        }
    }

    /// As text.
    pub fn encode(&self) -> String {
        let mut to = Packer::default();
        self.pack(&mut to);
        to.json(VERSION)
    }

    /// Reads what [`Self::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let mut from = Unpacker::of_json(text, VERSION)?;
        Self::unpack(&mut from).filter(|_| from.is_over())
    }
}

packed_structs! {
    Handover {
        lesson, shown, pace, habit, speed_percent, is_placed, locale, theme, page, panel, drawer,
        selected, stage, typed, asked, is_awaited, has_dialog,
    }
    Stage { width, height }
}

packed_words! {
    Pace[Pace::ALL]
    Locale[Locale::ALL]
    Theme[Theme::ALL]
    Page[Page::ALL]
    Panel[Panel::ALL]
    Drawer[Drawer::ALL]
}

/// Those messages that a player hands over; anything else is nothing.
impl Packed for Msg {
    fn pack(&self, to: &mut Packer) {
        let (kind, text, id) = match self {
            Msg::Run(RunMsg::Apply) => (1, "", None),
            Msg::Run(RunMsg::StartOver) => (2, "", None),
            Msg::Run(RunMsg::Blank) => (3, "", None),
            Msg::Run(RunMsg::Kubectl(args)) => (4, args.as_str(), None),
            Msg::Run(RunMsg::Profile(name)) => (5, name.as_str(), None),
            Msg::Share(_) => (6, "", None),
            Msg::Edit(Edit::Dropped(text)) => (7, text.as_str(), None),
            Msg::Edit(Edit::DroppedBinary { name }) => (8, name.as_str(), None),
            Msg::Edit(Edit::DroppedLarge { name }) => (9, name.as_str(), None),
            Msg::Embed(Call { id, method: Method::Load(what) }) => (10, what.as_str(), id.clone()),
            Msg::Terminal(_) => (11, "", None),
            Msg::Hash(hash) => (12, hash.as_str(), None),
            _ => (0, "", None),
        };
        (kind, (text.to_owned(), id)).pack(to);
    }

    fn unpack(from: &mut Unpacker) -> Option<Self> {
        let (kind, (text, id)): (i32, (String, Option<String>)) = Packed::unpack(from)?;
        Some(match kind {
            1 => Msg::Run(RunMsg::Apply),
            2 => Msg::Run(RunMsg::StartOver),
            3 => Msg::Run(RunMsg::Blank),
            4 => Msg::Run(RunMsg::Kubectl(text)),
            5 => Msg::Run(RunMsg::Profile(text)),
            6 => Msg::Share(Share::Copy),
            7 => Msg::Edit(Edit::Dropped(text)),
            8 => Msg::Edit(Edit::DroppedBinary { name: text }),
            9 => Msg::Edit(Edit::DroppedLarge { name: text }),
            10 => Msg::Embed(Call { id, method: Method::Load(text) }),
            11 => Msg::Terminal(Terminal::Open),
            12 => Msg::Hash(text),
            _ => Msg::Leave,
        })
    }
}

impl AppState {
    /// Goes to where the player is. Nothing moves on the way there: nobody sees it yet.
    pub(super) fn follow_player(&mut self, player: &Handover) -> Vec<Effect> {
        let mut effects = Vec::new();
        if let Some(id) = player.lesson.as_deref().filter(|_| player.lesson != self.run.lesson) {
            effects.extend(self.open_lesson(id));
        }
        if let Some(text) = player.typed.as_deref().filter(|text| **text != *self.run.text) {
            effects.extend(self.edit(Edit::Text(text.to_owned())));
        }
        let Handover { pace, habit, speed_percent, is_placed, .. } = *player;
        if player.lesson.is_some() {
            let wanted = self.head.wanted;
            self.head = Playhead { pace, habit, speed_percent, is_placed, wanted, ..self.head };
            self.seek(player.shown);
        }
        let view = &mut self.view;
        (view.locale, view.theme) = (player.locale, player.theme);
        // Without a scenario the player had nothing else to show than the gallery.
        if player.lesson.is_some() || player.page == Page::Lab {
            view.page = player.page;
        }
        (view.panel, view.drawer) = (player.panel, player.drawer);
        view.selected.clone_from(&player.selected);
        if player.stage.width > 0 {
            view.stage = player.stage;
        }
        self.refresh_picture();
        self.calm_picture();
        effects
    }

    /// The picture as it stands: nothing in it has just come or gone.
    fn calm_picture(&mut self) {
        let Picture { scene, caption, actor, lines, .. } = &*self.view.picture;
        let calm = Picture {
            scene: scene.clone(),
            caption: caption.clone(),
            actor: actor.clone(),
            lines: lines.clone(),
            ..Picture::default()
        };
        self.view.picture = Shared::new(calm);
    }

    /// Whether the place of the player is shown here too.
    pub fn is_at(&self, player: &Handover) -> bool {
        let is_there = player.lesson.is_none()
            || self.run.lesson == player.lesson
                && self.head.shown == player.shown.min(self.run.beats.len());
        is_there && !self.is_working()
    }

    /// Goes on where the player was.
    pub(super) fn take_over(&mut self, rest_ms: Option<u32>) -> Vec<Effect> {
        self.view.is_unsaved = false;
        self.calm_picture();
        let mut effects = vec![save_soon()];
        if self.head.is_playing() {
            let after_ms = rest_ms.unwrap_or_else(|| self.head.beat_ms());
            effects.push(Effect::Wait { timer: Timer::Beat, after_ms });
        }
        if self.view.unread {
            effects.extend(self.read());
        }
        effects
    }
}
