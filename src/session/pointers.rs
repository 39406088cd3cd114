//! Which pointer draws on a pad, and with which end of a pen.
//!
//! One pointer draws at a time. A pen takes precedence over touch: while it draws and for a while
//! afterwards a touch is the palm of the hand that holds it, and what a touch began before the pen
//! came is taken back. Knows what pointer events say; refuses to know what is drawn.

/// A touch that begins within this time after a pen's last event, in milliseconds, is a palm: hands
/// pause between two strokes of a character for less.
const PEN_REST: f64 = 1_500.0;

/// Pressed buttons as Pointer Events (W3C, 5.1) number them: the left one, a finger and a pen's tip.
const TIP: u16 = 1;

/// A pen's eraser end.
const ERASER: u16 = 32;

/// What points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// A mouse, or what is taken for one.
    Mouse,
    /// A finger, or a palm.
    Touch,
    /// A pen.
    Pen,
}

impl Device {
    /// By its `pointerType`.
    #[must_use]
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "touch" => Self::Touch,
            "pen" => Self::Pen,
            _ => Self::Mouse,
        }
    }
}

/// Which event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `pointerdown`.
    Down,
    /// `pointermove`, which also tells of a second button.
    Move,
    /// `pointerup`.
    Up,
    /// `pointercancel`.
    Cancel,
    /// `lostpointercapture`, which follows the two before as well.
    Lost,
}

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Contact {
    /// The pointer's number.
    pub(crate) id: i32,
    /// What points.
    pub(crate) device: Device,
    /// The button that changed; -1 for none.
    pub(crate) button: i16,
    /// The buttons that are pressed now, as bits.
    pub(crate) buttons: u16,
    /// When, in milliseconds since any moment.
    pub(crate) time: f64,
}

/// What a stroke does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// It leaves ink.
    Ink,
    /// It takes away the strokes that it touches.
    Eraser,
}

/// What an event means for the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Nothing.
    Nothing,
    /// A stroke begins here.
    Begin {
        /// What it does.
        tool: Tool,
        /// The stroke under way was a palm's: it is to be taken back first.
        instead: bool,
    },
    /// It goes on to here.
    Extend,
    /// It ends here.
    End,
    /// It ended where it was last.
    Leave,
    /// It was none.
    TakeBack,
}

/// The pointers of one pad.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pointers {
    /// The one that draws.
    owner: Option<(i32, Device)>,
    /// When a pen was last heard of.
    pen: Option<f64>,
}

impl Pointers {
    /// Takes the next event.
    pub(crate) fn hear(&mut self, phase: Phase, contact: Contact) -> Deed {
        let rests = self
            .pen
            .is_some_and(|pen| (contact.time - pen).abs() < PEN_REST);
        if contact.device == Device::Pen {
            self.pen = Some(contact.time);
        }
        let instead = match self.owner {
            // Where its last end was not heard, it goes down once more.
            Some((id, _)) if id == contact.id && phase == Phase::Down => false,
            Some((id, _)) if id == contact.id => return self.go_on(phase, contact),
            Some((_, Device::Touch)) if contact.device == Device::Pen => true,
            Some(_) => return Deed::Nothing,
            None => false,
        };
        let begins = match contact.device {
            Device::Touch => phase == Phase::Down && !rests,
            // Beside another button, a move tells that this one was pressed.
            Device::Mouse | Device::Pen => matches!(phase, Phase::Down | Phase::Move),
        };
        match tool(contact) {
            Some(tool) if begins => {
                self.owner = Some((contact.id, contact.device));
                Deed::Begin { tool, instead }
            }
            _ => Deed::Nothing,
        }
    }

    /// A pen is anywhere in the window, pressed or not. True where the stroke under way is the palm's of
    /// the hand that presses it, as on a button beside the pad: it is to be taken back.
    pub(crate) fn hear_pen(&mut self, is_pressed: bool, time: f64) -> bool {
        self.pen = Some(time);
        let is_palm = is_pressed && matches!(self.owner, Some((_, Device::Touch)));
        if is_palm {
            self.owner = None;
        }
        is_palm
    }

    fn go_on(&mut self, phase: Phase, contact: Contact) -> Deed {
        let deed = match phase {
            // `pointerup` comes with the last button only.
            Phase::Move if contact.device == Device::Mouse && contact.buttons & TIP == 0 => {
                Deed::End
            }
            Phase::Down | Phase::Move => return Deed::Extend,
            Phase::Up => Deed::End,
            Phase::Cancel => Deed::TakeBack,
            Phase::Lost => Deed::Leave,
        };
        self.owner = None;
        deed
    }
}

/// What begins by the button that was pressed just now, whatever else is held.
fn tool(contact: Contact) -> Option<Tool> {
    match contact.button {
        5 => Some(Tool::Eraser),
        0 if contact.buttons & ERASER != 0 => Some(Tool::Eraser),
        0 if contact.buttons & TIP != 0 => Some(Tool::Ink),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn contact(id: i32, device: Device, time: f64) -> Contact {
        Contact {
            id,
            device,
            button: 0,
            buttons: TIP,
            time,
        }
    }

    const DRAWS: Deed = Deed::Begin {
        tool: Tool::Ink,
        instead: false,
    };

    #[test]
    fn a_pen_takes_the_pad_from_a_palm_and_keeps_it_for_a_while() {
        let mut pointers = Pointers::default();
        let palm = contact(1, Device::Touch, 0.0);
        let pen = contact(2, Device::Pen, 100.0);
        assert_eq!(pointers.hear(Phase::Down, palm), DRAWS);
        let taken = Deed::Begin {
            tool: Tool::Ink,
            instead: true,
        };
        assert_eq!(pointers.hear(Phase::Down, pen), taken);
        for phase in [Phase::Move, Phase::Up, Phase::Lost] {
            assert_eq!(pointers.hear(phase, palm), Deed::Nothing);
        }
        assert_eq!(pointers.hear(Phase::Move, pen), Deed::Extend);
        assert_eq!(pointers.hear(Phase::Up, pen), Deed::End);
        assert_eq!(pointers.hear(Phase::Lost, pen), Deed::Nothing);
        let palm = contact(3, Device::Touch, 100.0 + PEN_REST - 1.0);
        assert_eq!(pointers.hear(Phase::Down, palm), Deed::Nothing);
        let finger = contact(4, Device::Touch, 100.0 + PEN_REST);
        assert_eq!(pointers.hear(Phase::Down, finger), DRAWS);
    }

    #[test]
    fn a_hovering_pen_is_in_use() {
        let mut pointers = Pointers::default();
        let hover = Contact {
            button: -1,
            buttons: 0,
            ..contact(1, Device::Pen, 0.0)
        };
        assert_eq!(pointers.hear(Phase::Move, hover), Deed::Nothing);
        let palm = contact(2, Device::Touch, 10.0);
        assert_eq!(pointers.hear(Phase::Down, palm), Deed::Nothing);
    }

    #[test]
    fn a_pen_beside_the_pad_is_in_use_too() {
        let mut pointers = Pointers::default();
        let palm = contact(1, Device::Touch, 0.0);
        assert_eq!(pointers.hear(Phase::Down, palm), DRAWS);
        assert!(!pointers.hear_pen(false, 10.0));
        assert!(pointers.hear_pen(true, 20.0));
        assert_eq!(pointers.hear(Phase::Move, palm), Deed::Nothing);
        assert_eq!(pointers.hear(Phase::Down, palm), Deed::Nothing);
        let mouse = contact(2, Device::Mouse, 30.0);
        assert_eq!(pointers.hear(Phase::Down, mouse), DRAWS);
        assert!(!pointers.hear_pen(true, 40.0));
    }

    #[test]
    fn the_left_button_draws_whatever_else_is_held() {
        let mut pointers = Pointers::default();
        let mouse = |button: i16, buttons: u16| Contact {
            button,
            buttons,
            ..contact(1, Device::Mouse, 0.0)
        };
        // Right alone, then left too, then right released, then left.
        assert_eq!(pointers.hear(Phase::Down, mouse(2, 2)), Deed::Nothing);
        assert_eq!(pointers.hear(Phase::Move, mouse(-1, 2)), Deed::Nothing);
        assert_eq!(pointers.hear(Phase::Move, mouse(0, 3)), DRAWS);
        assert_eq!(pointers.hear(Phase::Move, mouse(2, 1)), Deed::Extend);
        assert_eq!(pointers.hear(Phase::Up, mouse(0, 0)), Deed::End);
        // Left, then the middle one too, then left released first.
        assert_eq!(pointers.hear(Phase::Down, mouse(0, 1)), DRAWS);
        assert_eq!(pointers.hear(Phase::Move, mouse(1, 5)), Deed::Extend);
        assert_eq!(pointers.hear(Phase::Move, mouse(0, 4)), Deed::End);
        assert_eq!(pointers.hear(Phase::Move, mouse(-1, 4)), Deed::Nothing);
        assert_eq!(pointers.hear(Phase::Up, mouse(1, 0)), Deed::Nothing);
        // A button that was pressed elsewhere comes in.
        assert_eq!(pointers.hear(Phase::Move, mouse(-1, 1)), Deed::Nothing);
    }

    #[test]
    fn a_pens_other_end_erases() {
        let mut pointers = Pointers::default();
        let end = Contact {
            button: 5,
            buttons: ERASER,
            ..contact(1, Device::Pen, 0.0)
        };
        let erases = Deed::Begin {
            tool: Tool::Eraser,
            instead: false,
        };
        assert_eq!(pointers.hear(Phase::Down, end), erases);
        assert_eq!(pointers.hear(Phase::Move, end), Deed::Extend);
        assert_eq!(pointers.hear(Phase::Cancel, end), Deed::TakeBack);
    }

    proptest! {
        /// Strokes don't overlap, only their own pointer goes on with them, and no touch begins one
        /// beside a pen.
        #[test]
        fn one_pointer_draws_at_a_time(
            events in prop::collection::vec((0i32..4, 0usize..5, -1i16..6, 0u16..64, 0.0f64..400.0), 0..80),
        ) {
            let phases = [Phase::Down, Phase::Move, Phase::Up, Phase::Cancel, Phase::Lost];
            let devices = [Device::Mouse, Device::Touch, Device::Touch, Device::Pen];
            let mut pointers = Pointers::default();
            let (mut owner, mut pen, mut now) = (None, f64::NEG_INFINITY, 0.0);
            for (id, phase, button, buttons, later) in events {
                now += later;
                let device = devices[id as usize];
                let event = Contact { id, device, button, buttons, time: now };
                match pointers.hear(phases[phase], event) {
                    Deed::Nothing => {}
                    Deed::Begin { instead, .. } => {
                        prop_assert_eq!(owner.is_some_and(|owner| owner != id), instead);
                        if instead {
                            prop_assert_eq!(device, Device::Pen);
                        }
                        if device == Device::Touch {
                            prop_assert!(now - pen >= PEN_REST);
                        }
                        owner = Some(id);
                    }
                    Deed::Extend => prop_assert_eq!(owner, Some(id)),
                    Deed::End | Deed::Leave | Deed::TakeBack => {
                        prop_assert_eq!(owner.take(), Some(id));
                    }
                }
                if device == Device::Pen {
                    pen = now;
                }
            }
        }
    }
}
