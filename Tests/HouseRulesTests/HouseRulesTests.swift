import TestSupport
import Testing

/// The rules of the house, on the repository as it is.
@Suite struct `House rules` {
    private let repository = Repository.shared

    private func report(_ offences: [Offence], _ location: SourceLocation = #_sourceLocation) {
        for offence in offences { Issue.record("\(offence)", sourceLocation: location) }
    }

    @Test func `the repository is found and read`() {
        #expect(repository.sources.count > 20)
        #expect(repository.tests.count > 5)
        #expect(repository.modules.contains("ClusterCore"))
        #expect(repository.manifest.contains("swift-tools-version"))
    }

    @Test func `a module imports what the graph of the house allows`() {
        report(repository.sources.flatMap(ImportRule.offences))
    }

    @Test func `a C library is imported only where it can be`() {
        report(repository.sources.flatMap(ImportRule.unguarded))
    }

    @Test func `Package swift declares what the graph of the house allows`() {
        let manifest = Manifest(text: repository.manifest)
        #expect(manifest.targets.count > 10)
        report(manifest.offences(path: "Package.swift"))
    }

    @Test func `a module imports only what its target declares`() {
        let manifest = Manifest(text: repository.manifest)
        report(repository.sources.flatMap(manifest.undeclared))
    }

    @Test func `a pure module reads no clock, no random source, no file and no environment`() {
        report(repository.sources.flatMap(PurityRule.offences))
    }

    @Test func `files and types are named after what they hold`() {
        let tests = repository.tests.map { SwiftSource(path: $0.path, text: $0.text) }
        report((repository.sources + tests).flatMap(NameRule.offences))
    }

    @Test func `a file can be read in one sitting`() {
        report(unexcused(repository.allCode.flatMap(LengthRule.offences), except: Exceptions.length))
    }

    @Test func `nothing traps on purpose`() {
        report(unexcused(repository.sources.flatMap(CrashRule.offences), except: Exceptions.crash))
    }

    @Test func `the verbs' libraries are called through their table alone`() {
        report(repository.allCode.flatMap(CallTableRule.offences))
    }

    @Test func `the package has no unsafe flags`() {
        report(CrashRule.unsafeFlags(path: "Package.swift", text: repository.manifest))
    }

    @Test func `every item of the architecture that the sources name has a test`() {
        report(
            ArchitectureRule.offences(
                sources: repository.sources.map { ($0.path, $0.text) }, tests: repository.tests))
    }

    @Test func `public types and functions are documented`() {
        let libraries = repository.sources.filter { $0.module.flatMap { ModuleTable.all[$0]?.tier } != .command }
        report(unexcused(libraries.flatMap(DocumentationRule.offences), except: Exceptions.documentation))
    }

    @Test func `every library has a first page whose example is compiled`() {
        report(
            unexcused(
                CatalogueRule.offences(
                    modules: repository.modules, files: repository.files, tests: repository.tests.map(\.text)),
                except: Exceptions.catalogue))
    }
}
