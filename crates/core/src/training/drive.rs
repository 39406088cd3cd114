//! The order of a run: step by step, and what is due after which step. The page's worker and the lab drive their runs
//! by it. Refuses to know what learns, and where losses, validations and checkpoints go.

/// After how many steps what is due, 0: after the last one only. After the last step of the run all of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intervals {
    /// Steps between two readings of the loss: reading makes a graphics device wait.
    pub loss: u32,
    /// Steps between two validations.
    pub validation: u32,
    /// Steps between two checkpoints.
    pub checkpoint: u32,
}

/// A run as [`drive`] sees it.
// Whoever drives a run waits for it on the same thread.
#[allow(async_fn_in_trait)]
pub trait Run {
    /// What ended the run before its last step.
    type End;
    /// What makes it impossible to go on.
    type Error;

    /// Steps done.
    fn steps(&self) -> u32;

    /// Waits for whoever may change or end the run. Something: it ends here.
    async fn ready(&mut self) -> Result<Option<Self::End>, Self::Error>;

    /// Takes one step.
    async fn step(&mut self) -> Result<(), Self::Error>;

    /// Reads the loss since the last reading, and tells it. Something: the run ends here, without a validation or a
    /// checkpoint of what it has become.
    async fn loss(&mut self) -> Result<Option<Self::End>, Self::Error>;

    /// Validates the network.
    async fn validate(&mut self, is_last: bool) -> Result<(), Self::Error>;

    /// Writes a checkpoint.
    async fn keep(&mut self) -> Result<(), Self::Error>;
}

/// Drives a run until it has done `steps` steps; gives what ended it before, if anything did.
///
/// # Errors
/// At the run's first error.
pub async fn drive<R: Run>(
    run: &mut R,
    every: Intervals,
    steps: u32,
) -> Result<Option<R::End>, R::Error> {
    while run.steps() < steps {
        if let Some(end) = run.ready().await? {
            return Ok(Some(end));
        }
        run.step().await?;
        let done = run.steps();
        let is_last = done >= steps;
        let is_due = |interval: u32| is_last || (interval > 0 && done.is_multiple_of(interval));
        if is_due(every.loss)
            && let Some(end) = run.loss().await?
        {
            return Ok(Some(end));
        }
        if is_due(every.validation) {
            run.validate(is_last).await?;
        }
        if is_due(every.checkpoint) {
            run.keep().await?;
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down what it is asked for: losses, validations and checkpoints by their steps.
    struct Diary {
        step: u32,
        asked: Vec<(char, u32)>,
        /// The step at which it ends in `ready`, in `loss`, and fails in `keep`.
        at: [Option<u32>; 3],
    }

    impl Diary {
        fn new(at: [Option<u32>; 3]) -> Self {
            Self {
                step: 0,
                asked: Vec::new(),
                at,
            }
        }

        fn ask(&mut self, what: char) {
            self.asked.push((what, self.step));
        }
    }

    impl Run for Diary {
        type End = char;
        type Error = u32;

        fn steps(&self) -> u32 {
            self.step
        }

        async fn ready(&mut self) -> Result<Option<char>, u32> {
            Ok((self.at[0] == Some(self.step)).then_some('r'))
        }

        async fn step(&mut self) -> Result<(), u32> {
            self.step += 1;
            Ok(())
        }

        async fn loss(&mut self) -> Result<Option<char>, u32> {
            self.ask('l');
            Ok((self.at[1] == Some(self.step)).then_some('l'))
        }

        async fn validate(&mut self, is_last: bool) -> Result<(), u32> {
            self.ask(if is_last { 'V' } else { 'v' });
            Ok(())
        }

        async fn keep(&mut self) -> Result<(), u32> {
            self.ask('k');
            match self.at[2] == Some(self.step) {
                true => Err(self.step),
                false => Ok(()),
            }
        }
    }

    const EVERY: Intervals = Intervals {
        loss: 2,
        validation: 0,
        checkpoint: 3,
    };

    type Asked = Vec<(char, u32)>;

    fn driven(at: [Option<u32>; 3], steps: u32) -> (Result<Option<char>, u32>, Asked) {
        let mut run = Diary::new(at);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let polled = std::pin::pin!(drive(&mut run, EVERY, steps)).poll(&mut context);
        let std::task::Poll::Ready(end) = polled else {
            panic!("nothing of a diary waits");
        };
        (end, run.asked)
    }

    #[test]
    fn each_is_due_after_its_interval_and_all_at_the_end() {
        let all = vec![('l', 2), ('k', 3), ('l', 4), ('l', 5), ('V', 5), ('k', 5)];
        assert_eq!(driven([None; 3], 5), (Ok(None), all));
        assert_eq!(driven([None; 3], 0), (Ok(None), vec![]));
    }

    #[test]
    fn what_ends_a_run_is_told_and_nothing_follows() {
        let (end, asked) = driven([Some(2), None, None], 5);
        assert_eq!((end, asked), (Ok(Some('r')), vec![('l', 2)]));
        // No checkpoint of a network that has diverged.
        let (end, asked) = driven([None, Some(6), None], 9);
        assert_eq!(end, Ok(Some('l')));
        assert_eq!(asked.last(), Some(&('l', 6)));
        assert_eq!(driven([None, None, Some(3)], 9).0, Err(3));
    }
}
