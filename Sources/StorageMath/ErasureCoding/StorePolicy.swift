/// How results are written.
public enum StorePolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Past the caches where the streams of a call are larger than ``CodingCaches/streamingThreshold``.
    case automatic
    /// Into the caches: who calls reads the results soon.
    case cached
    /// Past the caches, and the sources fetched ahead: who calls does not read the results soon, or works through many
    /// stripes that are not in the caches.
    case streaming
}
