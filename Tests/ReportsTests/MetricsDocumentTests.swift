import Reports
import Testing

/// Prometheus documentation, "Exposition formats", text format 0.0.4.
@Suite struct MetricsDocumentTests {
    @Test func `a family has its help, its type and a line a sample, labels in order of their names`() {
        var metrics = MetricsDocument()
        metrics.add(
            .init(
                name: "x_seconds", help: "Time.",
                samples: [.init(["b": "2", "a": "1"], 0.00053125), .init([:], 3)]))
        #expect(
            metrics.text
                == "# HELP x_seconds Time.\n# TYPE x_seconds gauge\nx_seconds{a=\"1\",b=\"2\"} 0.00053125\nx_seconds 3\n"
        )
    }

    @Test func `a family without samples is left out and samples of one name stand together`() {
        var metrics = MetricsDocument()
        metrics.add(.init(name: "a", help: "A.", samples: []))
        metrics.add(.init(name: "b", help: "B.", samples: [.init(["n": "1"], 1)]))
        metrics.add(.init(name: "c", help: "C.", samples: [.init([:], 1)]))
        metrics.add(.init(name: "b", help: "B.", samples: [.init(["n": "2"], 2)]))
        #expect(
            metrics.text
                == "# HELP b B.\n# TYPE b gauge\nb{n=\"1\"} 1\nb{n=\"2\"} 2\n# HELP c C.\n# TYPE c gauge\nc 1\n")
    }

    @Test func `backslash, quote and line feed of a label are escaped and no control character is left`() {
        var metrics = MetricsDocument()
        metrics.add(.init(name: "a", help: "back\\slash\nline", samples: [.init(["n": "C:\\ \"x\"\ny\r\u{1B}"], 1)]))
        #expect(
            metrics.text
                == "# HELP a back\\\\slash\\nline\n# TYPE a gauge\na{n=\"C:\\\\ \\\"x\\\"\\ny??\"} 1\n")
    }

    @Test func `an accent behind a backslash or a quote leaves neither unescaped`() {
        var metrics = MetricsDocument()
        metrics.add(.init(name: "a", help: "h\\\u{301}", samples: [.init(["n": "x\"\u{301}} 1 \\\u{301}"], 1)]))
        #expect(
            Array(metrics.text.utf8)
                == Array("# HELP a h\\\\\u{301}\n# TYPE a gauge\na{n=\"x\\\"\u{301}} 1 \\\\\u{301}\"} 1\n".utf8))
    }

    @Test func `numbers that are not finite have their names`() {
        var metrics = MetricsDocument()
        metrics.add(
            .init(
                name: "a", help: "A.",
                samples: [.init([:], .nan), .init([:], .infinity), .init([:], -.infinity), .init([:], 1e300)]))
        #expect(metrics.text.hasSuffix("a NaN\na +Inf\na -Inf\na 1e+300\n"))
    }
}
