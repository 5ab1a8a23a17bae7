//! The machine's steps.

/// What whoever has a device's key may say, and the centre never signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// A hello: that the centre answered and gave what it never did.
    Forgotten,
    /// A hello: of a generation to come.
    Generation,
    /// A report: of an allowance that nobody gave.
    Allowance,
    /// An operation that spends from such an allowance.
    Spend,
}

/// One thing that may happen. Numbers name copies, or, for write-off and resolving, devices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A counter writes a request: for points, or for the coupon.
    Ask(u8, bool),
    /// A point is spent.
    Spend(u8),
    /// The coupon is used.
    UseCoupon(u8),
    /// What is left of an allowance is given back.
    Release(u8),
    /// A sale is recorded.
    Sale(u8),
    /// A return is recorded.
    Return(u8),
    /// A counter sends its hello.
    SendHello(u8),
    /// A counter sends its request.
    SendAsk(u8),
    /// A counter sends what waits.
    SendPush(u8),
    /// A counter sends its report.
    SendReport(u8),
    /// A message arrives.
    Deliver(u8),
    /// A message arrives, and will again.
    Again(u8),
    /// A message is lost.
    Lose(u8),
    /// The last day of the expiring points passes.
    Midnight,
    /// The member is given the coupon.
    GiveCoupon,
    /// A manager writes a device off.
    WriteOff(u8),
    /// A manager revokes a device.
    Revoke(u8),
    /// A manager resolves a fork.
    Resolve(u8),
    /// The first disk is copied, and both are used.
    CopyDisk,
    /// The first disk is backed up.
    BackUpDisk,
    /// The first disk is put back from its backup.
    RestoreDisk,
    /// The centre is backed up.
    BackUpCentre,
    /// The centre is put back from its backup.
    RestoreCentre,
    /// Whoever has the first device's key lies.
    Lie(Lie),
    /// Leases end.
    LeasesEnd,
    /// Wrong variant: a redemption that was not answered is paid a second way.
    PayOnline(u8),
    /// Wrong variant: a release outside the outbox is sent.
    SendLoose(u8),
}
