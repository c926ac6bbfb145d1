import ClusterCore
import Threads

/// Who is being served: the quotas and the tokens of all sessions of a server. What a token lets in, a `Request`, is
/// nothing that the ledger looks into.
final class SessionLedger<Request: Sendable>: Sendable {
    /// Connections that have not said hello yet, beside the sessions.
    static var strangersLimit: Int { 8 }

    private struct State {
        var strangers = 0
        var sessions = 0
        var byPeer: [IPAddress: Int] = [:]
        var tokens: [SessionToken: Pending] = [:]
        var lastNumber: UInt64 = 0
    }

    private struct Pending {
        var source: IPAddress
        var expiry: Deadline
        var request: Handover<Request>
    }

    private let state = Guarded(State())
    private let limit: Int
    private let limitPerPeer: Int

    init(limit: Int, perPeer: Int) {
        self.limit = limit
        limitPerPeer = perPeer
    }

    // MARK: Quotas

    /// Lets a connection in, or tells the limit that it meets.
    func admit(_ peer: IPAddress) -> Int? {
        let peer = peer.unmapped
        return state.withLock { state in
            if state.byPeer[peer, default: 0] >= limitPerPeer { return limitPerPeer }
            if state.sessions >= limit { return limit }
            if state.strangers >= SessionLedger.strangersLimit { return SessionLedger.strangersLimit }
            state.strangers += 1
            state.byPeer[peer, default: 0] += 1
            return nil
        }
    }

    /// Makes a connection that has said hello a session, or tells the limit that it meets.
    func beginSession() -> Result<UInt64, LimitReached> {
        state.withLock { state in
            guard state.sessions < limit else { return .failure(LimitReached(limit: limit)) }
            state.strangers -= 1
            state.sessions += 1
            state.lastNumber += 1
            return .success(state.lastNumber)
        }
    }

    struct LimitReached: Error { let limit: Int }

    /// Lets a connection go.
    func leave(_ peer: IPAddress, wasSession: Bool) {
        state.withLock { state in
            if wasSession { state.sessions -= 1 } else { state.strangers -= 1 }
            let left = state.byPeer[peer.unmapped, default: 1] - 1
            state.byPeer[peer.unmapped] = left > 0 ? left : nil
        }
    }

    /// How many connections are open.
    var openCount: Int { state.withLock { $0.sessions + $0.strangers } }

    // MARK: Tokens

    /// Waits for a request with this token from this address.
    func expect(
        _ token: SessionToken, from source: IPAddress, for life: Duration = SessionSettings.tokenLife
    ) -> Handover<Request> {
        let request = Handover<Request>()
        state.withLock { state in
            state.tokens[token] = Pending(source: source.unmapped, expiry: .after(life), request: request)
        }
        return request
    }

    /// Hands a request to the session that waits for it. A token is good once, in time, from its address.
    /// - Returns: whether there was one.
    func deliver(_ request: Request, token: SessionToken, from source: IPAddress) -> Bool {
        state.withLock { state in
            guard let pending = state.tokens[token], pending.source == source.unmapped, !pending.expiry.isOver else {
                return false
            }
            state.tokens[token] = nil
            pending.request.give(request)
            return true
        }
    }

    /// Takes a token back.
    func forget(_ token: SessionToken) { state.withLock { $0.tokens[token] = nil } }
}
