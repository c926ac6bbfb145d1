import ClusterCore

/// What a byte of a volume asks of a set of places no two of whose symbols may share a place: the widths of its stripes
/// and how much each symbol weighs.
struct Demand: Sendable, Hashable {
    /// Stripes of one code.
    struct Stripes: Sendable, Hashable {
        /// Stored bytes of one symbol for a byte of the volume.
        var symbolShare: Fraction
        /// Symbols of a stripe, each in a place of its own.
        var width: Int
    }

    var stripes: [Stripes]

    /// The bytes that a byte of the volume must have within some places, if `outside` other places hold all they can:
    /// Σ symbol × max(0, width − outside). With none outside it is the footprint.
    func need(outside: Int) throws(UnitError) -> Fraction {
        var sum = Fraction.zero
        for stripe in stripes where stripe.width > outside {
            sum = try sum.adding(stripe.symbolShare.multiplied(by: Fraction(Int64(stripe.width - outside))))
        }
        return sum
    }
}

extension Layout {
    /// What a byte of the volume asks of the servers of one rack, of which it has `racks`.
    func demandOnServers(ofEachOf racks: Int) throws(UnitError) -> Demand {
        var stripes: [Demand.Stripes] = []
        for part in parts {
            let (symbol, width): (Fraction, Int) =
                switch part.code {
                case .copies(let count): (.one, count)
                case .erasure(let code): (.ratio(1, Int32(code.data)), code.symbols)
                // Each of the two servers holds the whole of what one server needs.
                case .nestedCopies: (Fraction(2), 2)
                case .nestedParity(let columns): (.ratio(Int32(columns), Int32(columns - 1)), 2)
                }
            // Copies are shared evenly between racks. One copy alone lies wherever there is room: all that counts for it is
            // the pool as a whole.
            guard width % racks == 0 else { continue }
            stripes.append(
                Demand.Stripes(symbolShare: try part.share.multiplied(by: symbol), width: width / racks))
        }
        return Demand(stripes: stripes)
    }

    /// What a byte of the volume asks of the drives of each server beyond a place on the server; `nil` where all that
    /// counts is the server.
    func demandOnDrives() throws(UnitError) -> Demand? {
        var stripes: [Demand.Stripes] = []
        for part in parts {
            switch part.code {
            case .copies, .erasure: continue
            case .nestedCopies: stripes.append(Demand.Stripes(symbolShare: part.share, width: 2))
            case .nestedParity(let columns):
                stripes.append(
                    Demand.Stripes(
                        symbolShare: try part.share.multiplied(by: .ratio(1, Int32(columns - 1))), width: columns))
            }
        }
        return stripes.isEmpty ? nil : Demand(stripes: stripes)
    }
}
