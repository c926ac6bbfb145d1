@main struct RDMAProbeCommand { static func main() {} }
