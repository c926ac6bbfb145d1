import ClusterCore
import Fuzzing
import RDMAModel

/// A rule profile as JSON: read, checked, resolved, and taken for the probe's requirement.
///
/// Must hold: a profile that was read, written and read again is the same; an error says something.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let profile: RuleProfile
    do throws(ProfileError) {
        profile = try RuleProfile(json: Input(start, count).rest)
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
        return 0
    }
    let again = try? RuleProfile(json: (try? profile.json()) ?? [])
    require(again == profile, "a profile is not what was written")
    do throws(ProfileError) {
        try profile.check(against: RuleVocabulary(of: ProbeProfile.builtIn))
        _ = try LatencyRequirement(profile)
        _ = try profile.resolved(in: ProbeProfile.builtIn)
    } catch {
        require(!"\(error)".isEmpty, "an error without words")
    }
    return 0
}
