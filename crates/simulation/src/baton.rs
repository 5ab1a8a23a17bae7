//! What a counter does runs on a thread of its own, and only one of all these threads or the
//! scheduler runs at a time: whoever asks the network hands the baton back and sleeps until the
//! scheduler has decided what became of the request. So threads bring no chance into a run.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::Duration;

use counter::simulated::{Answer, ClockSource, Request, Transport, use_on_this_thread};
use counter::{Engine, Error};
use futures_util::future::BoxFuture;

use crate::activity::{Activity, Ending};

/// Real seconds after which an activity that gives no baton back is taken for hung.
const HUNG: Duration = Duration::from_secs(60);

/// What became of a request, as the counter sees it.
pub(crate) enum Fate {
    /// This answer came.
    Answered(Answer),
    /// The network says that it cannot be had.
    Offline,
    /// Nothing came in the time that whoever asked would wait.
    TooLate,
    /// What it waited for inside its counter may be free now: look again.
    LookAgain,
    /// The machine stops here.
    Crash,
}

/// What an activity tells the scheduler when it hands the baton back.
pub(crate) enum News {
    /// It asks the network.
    Asks(Request),
    /// It waits for another activity of its counter.
    Stalls,
    /// It has ended; none where its machine stopped.
    Ended(Option<Box<Ending>>),
}

/// A message from an activity.
pub(crate) struct Word {
    pub(crate) activity: u64,
    pub(crate) news: News,
}

/// The scheduler's end.
pub(crate) struct Baton {
    sender: Sender<Word>,
    receiver: Receiver<Word>,
}

/// An activity that has not ended.
pub(crate) struct Running {
    pub(crate) id: u64,
    fates: Sender<Fate>,
    thread: JoinHandle<()>,
}

/// The activity's end, kept by its thread.
struct Port {
    activity: u64,
    words: Sender<Word>,
    fates: Receiver<Fate>,
    gave_up: bool,
}

thread_local! {
    static PORT: RefCell<Option<Port>> = const { RefCell::new(None) };
}

/// The payload by which a machine's stop unwinds.
struct Stopped;

impl Baton {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }

    /// Starts an activity; it has the baton until [`Baton::next`] returns.
    pub(crate) fn start(
        &self,
        id: u64,
        engine: Arc<Engine>,
        clock: Arc<dyn ClockSource>,
        activity: Activity,
    ) -> Running {
        let (fates, receiver) = channel();
        let words = self.sender.clone();
        let thread = std::thread::spawn(move || {
            use_on_this_thread(Some(clock));
            PORT.set(Some(Port {
                activity: id,
                words: words.clone(),
                fates: receiver,
                gave_up: false,
            }));
            let ended = catch_unwind(AssertUnwindSafe(|| activity(&engine)));
            // the engine's files close, where this was its last user, before the baton goes back
            drop(engine);
            let ending = match ended {
                Ok(ending) => Some(Box::new(ending)),
                Err(payload) if payload.is::<Stopped>() => None,
                Err(payload) => Some(Box::new(Ending::panicked(&words_of(&*payload)))),
            };
            // a scheduler that is gone has no use for it
            let _ = words.send(Word {
                activity: id,
                news: News::Ended(ending),
            });
        });
        Running { id, fates, thread }
    }

    /// Waits until whoever has the baton gives it back.
    pub(crate) fn next(&self) -> Word {
        match self.receiver.recv_timeout(HUNG) {
            Ok(word) => word,
            Err(RecvTimeoutError::Timeout) => panic!("an activity hangs"),
            Err(RecvTimeoutError::Disconnected) => panic!("all activities are gone"),
        }
    }
}

fn words_of(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    text.or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_default()
}

impl Running {
    /// Decides what it waits for, and gives it the baton.
    pub(crate) fn decide(&self, fate: Fate) {
        // its thread waits for nothing else
        let _ = self.fates.send(fate);
    }

    /// Waits until its thread is gone.
    pub(crate) fn join(self) {
        // a panic was told by its last word
        let _ = self.thread.join();
    }
}

/// The network of a simulated counter: it asks the scheduler.
pub(crate) struct Wire;

impl Transport for Wire {
    fn send(&self, request: Request) -> BoxFuture<'_, counter::Result<Answer>> {
        Box::pin(async move {
            match hand_over(News::Asks(request)) {
                Fate::Answered(answer) => Ok(answer),
                Fate::Offline | Fate::LookAgain => {
                    Err(Error::Offline("the simulated network".into()))
                }
                Fate::TooLate => std::future::pending().await,
                Fate::Crash => resume_unwind(Box::new(Stopped)),
            }
        })
    }

    /// Asked whenever the step that it bounds cannot go on: its request was given up, or it waits
    /// for another activity of its counter.
    fn wait(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::poll_fn(|context| {
            if gave_up() {
                return Poll::Ready(());
            }
            match hand_over(News::Stalls) {
                Fate::TooLate | Fate::Offline => Poll::Ready(()),
                Fate::Crash => resume_unwind(Box::new(Stopped)),
                Fate::LookAgain | Fate::Answered(_) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            }
        }))
    }
}

/// Whether the scheduler has just said that nobody waits any longer.
fn gave_up() -> bool {
    PORT.with_borrow_mut(|port| {
        port.as_mut()
            .is_some_and(|p| std::mem::take(&mut p.gave_up))
    })
}

/// Hands the baton to the scheduler and sleeps until it comes back.
fn hand_over(news: News) -> Fate {
    PORT.with_borrow_mut(|port| {
        let Some(port) = port else {
            return Fate::Offline;
        };
        let asks = matches!(news, News::Asks(_));
        let word = Word {
            activity: port.activity,
            news,
        };
        let told = port.words.send(word);
        match told.ok().and_then(|()| port.fates.recv().ok()) {
            Some(fate) => {
                port.gave_up = asks && matches!(fate, Fate::TooLate);
                fate
            }
            // the run is over
            None => Fate::Crash,
        }
    })
}
