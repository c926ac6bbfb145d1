public import ClusterCore

extension UsageHistory {
    /// When it will be full.
    ///
    /// 1. Samples before the last change of size are left out.
    /// 2. The rest becomes the peaks of periods, as it is a peak that fills a volume: a pattern within a period (a
    ///    nightly backup, a daily clean-up) then shows no trend.
    /// 3. Falls that stand out and recur are cycles, and their peaks become the points. A step that stands out is a
    ///    change point, unless steps up recur, which is growth.
    /// 4. The slope is Sen's with its interval by ranks, widened where neighbours resemble each other (Yue and Wang
    ///    2004). An interval that holds zero is no trend.
    /// 5. The time is where lines with either end of the slope's interval, through the middle of the points, reach the
    ///    limit, moved outwards by the scatter about the line (1.4826 × median deviation × normal quantile).
    ///
    /// At most 512 points, so at most 130,816 slopes are sorted, however many samples there are.
    ///
    /// - Parameters:
    ///   - confidence: how sure the interval is to be.
    ///   - period: the time after which use repeats itself; a second to 366 days. Eight of them must have samples.
    ///   - share: what share of the size counts as full; above 0, at most 1.
    /// - Throws: where the period or the share is out of bounds. What the samples lack is an outcome and no error.
    public func forecast(
        confidence: Confidence = .ninetyFive, period: Duration = .seconds(86_400), fullAt share: Fraction = .one
    ) throws(StorageMathError) -> CapacityForecast {
        guard period >= .seconds(1), period <= .seconds(366 * 86_400) else {
            throw StorageMathError(
                "period of a forecast", period.unitText, bound: "1 s to 366 d", remedy: "write a day, or a week: 7d")
        }
        try StorageMathError.requireShare(
            share, "share that counts as full", zero: false, one: true, remedy: "write a share such as 80%")
        var forecast = ForecastDraft(confidence: confidence, period: period)
        guard let last = samples.last, let size = samples.last(where: { $0.size != nil })?.size else {
            return forecast.finished(
                .notEnough(samples.isEmpty ? "there are no samples" : "no sample says how large it is"))
        }
        // A share of at most one always fits.
        let limit = (try? size.multiplied(by: share, rounding: .down)) ?? size
        forecast.limit = limit
        if last.used >= limit { return forecast.finished(.alreadyFull) }

        let current = samples[lastResize(&forecast)...]
        let peaks = UsagePeaks.periods(of: current, length: period.seconds)
        forecast.isCut = peaks.count == UsagePeaks.most
        let chosen = UsagePeaks(peaks, floor: Double(size.bytes) / 100)
        forecast.points = chosen.points.count
        forecast.hasFallen = chosen.steps.last?.isFall ?? false
        forecast.basis = chosen.areCycles ? .cycles : .periods
        for step in chosen.steps {
            let periods = Int((-step.x / period.seconds).rounded())
            guard
                let sample = current.first(where: { $0.periods(before: last.time, length: period.seconds) == periods })
            else { continue }
            forecast.changePoints.append(CapacityForecast.ChangePoint(kind: .step, time: sample.time))
        }
        guard chosen.points.count >= UsagePeaks.fewest else { return forecast.finished(.notEnough(forecast.shortage)) }

        let trend = RankTrend(chosen.points)
        let inflation = trend.inflation
        guard let slopes = trend.slopeInterval(quantile: confidence.quantile, inflation: inflation) else {
            return forecast.finished(.noTrend)
        }
        forecast.slopes = slopes
        forecast.inflation = inflation
        if slopes.upperBound < 0 { return forecast.finished(.shrinking) }
        guard slopes.lowerBound > 0 else { return forecast.finished(.noTrend) }
        let scatter =
            1.4826 * RankTrend.median(trend.residuals(slope: trend.slope).map(\.magnitude)) * confidence.quantile
        let full = Double(limit.bytes)
        let times = [
            (full - trend.intercept(slope: slopes.upperBound) - scatter) / slopes.upperBound,
            (full - trend.intercept(slope: slopes.lowerBound) + scatter) / slopes.lowerBound,
        ]
        return forecast.finished(
            .full(
                between: Duration.within(horizon: (times.min() ?? 0).rounded(.down)) ?? CapacityForecast.horizon,
                and: Duration.within(horizon: (times.max() ?? 0).rounded(.up))))
    }

    /// The index of the first sample with the latest size.
    private func lastResize(_ forecast: inout ForecastDraft) -> Int {
        var (known, start): (ByteCount?, Int) = (nil, 0)
        for (index, sample) in samples.enumerated() {
            guard let size = sample.size else { continue }
            if let known, known != size {
                start = index
                forecast.changePoints.append(CapacityForecast.ChangePoint(kind: .resize, time: sample.time))
            }
            known = size
        }
        return start
    }
}

extension Duration {
    /// Seconds as a duration from zero to the horizon, or `nil` where they are beyond it.
    fileprivate static func within(horizon seconds: Double) -> Duration? {
        guard seconds < CapacityForecast.horizon.seconds else { return nil }
        return .seconds(max(0, Int64(max(0, seconds))))
    }
}
