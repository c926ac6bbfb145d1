/// What the parities say about shards of which each could be read, and some may hold wrong bytes.
///
/// Parities can be wrong about the place, never without a bound: each answer says up to how many damaged shards it is
/// certain. Two stripes that both agree with themselves differ in more shards, in each byte column in which they
/// differ, than the losses that the code tolerates; so another explanation of what was found needs more damage than
/// that.
public enum DamageLocation: Sendable, Hashable {
    /// Data and parities agree: nothing is damaged, unless more than `certainUpTo` shards are in one byte column.
    case consistent(certainUpTo: Int)
    /// These bytes are wrong, and the others right, unless more than `certainUpTo` shards are damaged in one byte
    /// column. The ranges of each damaged symbol are in rising order, with right bytes between them.
    /// ``ErasureCode/repair(_:damaged:)`` takes them.
    case located([Int: [Range<Int>]], certainUpTo: Int)
    /// Something is damaged, and more than can be located: nothing is claimed and nothing should be repaired. The first
    /// byte column in which it is so.
    case beyondReach(byte: Int)
}
