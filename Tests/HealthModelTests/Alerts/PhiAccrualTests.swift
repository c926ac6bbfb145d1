import HealthModel
import Testing

/// AccrualFailureDetectorSpec of Akka and the exact normal distribution (facts, 3.6).
struct PhiAccrualTests {
    @Test(arguments: [(1000.0, 0.3), (1200, 1.6), (1400, 4.7), (1600, 10.8), (1700, 15.3)])
    func `the logistic form gives Akka's values within 0_1`(elapsed: Double, expected: Double) {
        let phi = PhiAccrualDetector.phi(elapsed, mean: 1000, deviation: 100, .logistic)
        #expect(abs(phi - expected) < 0.1)
    }

    @Test(arguments: [(500.0, 0.0), (1000, 0.301), (1200, 1.643), (1400, 4.499), (1600, 9.006), (1700, 11.893)])
    func `the normal form gives the logarithm of the exact tail`(elapsed: Double, expected: Double) {
        let phi = PhiAccrualDetector.phi(elapsed, mean: 1000, deviation: 100, .normal)
        #expect(abs(phi - expected) < 5.1e-4, "\(phi)")
    }

    @Test func `ten deviations are 37_6 in the one form and 23_12 in the other`() {
        #expect(abs(PhiAccrualDetector.phi(2000, mean: 1000, deviation: 100, .logistic) - 37.6) < 0.05)
        #expect(abs(PhiAccrualDetector.phi(2000, mean: 1000, deviation: 100, .normal) - 23.12) < 0.005)
    }

    @Test func `phi 8 is 5_61 deviations in the normal form and 5_23 in the logistic`() {
        for (form, deviations) in [(PhiAccrualDetector.Form.normal, 5.61), (.logistic, 5.23)] {
            #expect(PhiAccrualDetector.phi(deviations + 0.01, mean: 0, deviation: 1, form) > 8)
            #expect(PhiAccrualDetector.phi(deviations - 0.01, mean: 0, deviation: 1, form) < 8)
        }
    }

    @Test func `suspicion only grows with time`() {
        for form in PhiAccrualDetector.Form.allCases {
            let phis = stride(from: -3.0, through: 40, by: 0.01).map {
                PhiAccrualDetector.phi($0, mean: 0, deviation: 1, form)
            }
            #expect(zip(phis, phis.dropFirst()).allSatisfy { $0 <= $1 })
            #expect(phis.allSatisfy { $0.isFinite && $0 >= 0 })
        }
    }

    private func time(_ milliseconds: Int64) -> SignalTime { SignalTime(milliseconds: milliseconds) }

    @Test func `beats at 0, 1000 and 1100 ms: alive at 1200, gone at 8200`() {
        for form in PhiAccrualDetector.Form.allCases {
            var detector = PhiAccrualDetector(.init(form: form, threshold: 3))
            for beat: Int64 in [0, 1000, 1100] { detector.heartbeat(at: time(beat)) }
            #expect(detector.isAvailable(at: time(1200)) == true)
            #expect(detector.isAvailable(at: time(8200)) == false)
        }
    }

    @Test func `what never gave a sign is not known, neither alive nor gone`() {
        #expect(PhiAccrualDetector().phi(at: time(0)) == nil)
        #expect(PhiAccrualDetector().isAvailable(at: time(1 << 40)) == nil)
    }

    @Test func `mean and variance are those of the newest intervals`() throws {
        // The first two intervals are assumed, so a history of three forgets them.
        var detector = PhiAccrualDetector(.init(threshold: 1e9, historyLimit: 3))
        var at: Int64 = 0
        detector.heartbeat(at: time(at))
        func beat(_ interval: Int64) -> (Double, Double) {
            at += interval
            detector.heartbeat(at: time(at))
            return (detector.meanMilliseconds ?? -1, detector.varianceMilliseconds ?? -1)
        }
        _ = beat(100)
        _ = beat(110)
        for (interval, mean, variance) in [(90, 100, 66.67), (140, 113.33, 422.22), (80, 103.33, 688.89)] {
            let found = beat(Int64(interval))
            #expect(abs(found.0 - mean) < 0.005)
            #expect(abs(found.1 - variance) < 0.005)
        }
    }

    @Test func `the interval after a detected failure is not learned, and an old sign changes nothing`() {
        var detector = PhiAccrualDetector(.init(threshold: 3))
        for beat: Int64 in [0, 1000, 2000, 3000] { detector.heartbeat(at: time(beat)) }
        let mean = detector.meanMilliseconds
        detector.heartbeat(at: time(60_000))
        #expect(detector.meanMilliseconds == mean)
        detector.heartbeat(at: time(5000))
        #expect(detector.newest == time(60_000))
    }
}
