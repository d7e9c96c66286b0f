// polinux/stress, with which the Kubernetes documentation shows memory limits: Amos Waterland's stress 1.0.4. What matters is how
// much memory its workers take: more than the container may have, and the kernel kills everything in it.
// Sources: stress.c 1.0.4 (options, sizes, lines); kubernetes.io "Assign Memory Resources to Containers and Pods".

import SimKernel
import SimMachine
import Utilities

package enum StressImage {
  package static var family: ImageFamily {
    ImageFamily(
      name: "docker.io/polinux/stress", tags: .exactly(["latest", "1.0.4"]), sizeBytes: { _ in 4 << 20 },
      pull: .milliseconds(1_100),
      configuration: { _ in
        var configuration = ImageConfiguration()
        configuration.command = ["/bin/sh"]
        configuration.userland = .distribution(
          Distribution.alpine(13).adding(programs: "bash stress", in: "/usr/local/bin"))
        return configuration
      },
      populate: { machine, _ in install(machine, "/usr/local/bin/stress") { StressProgram() } })
  }
}

private final class StressProgram: Program {
  private var deadline: Instant?
  private var runsForever = false
  private let idle = WaitQueue()
  private var isKilled = false
  private var timeout: Int64 = 0

  func resume(_ process: Process) -> Step {
    if runsForever { return .wait([.queue(idle)]) }
    if let deadline {
      guard process.world.now >= deadline else { return .wait([.until(deadline, .activity)]) }
      if isKilled {
        process.machine.facts.ranOutOfMemory = true
        process.machine.process(1)?.finish(.signaled(.kill))
        return .exit(137)
      }
      process.machine.work.carry(load: 0, at: process.world.now)
      process.machine.work.memoryTaken = 0
      process.print("stress: info: [\(process.id)] successful run completed in \(timeout)s\n")
      return .exit(0)
    }
    return start(process)
  }

  private func start(_ process: Process) -> Step {
    var hogs: [String: Int64] = ["cpu": 0, "io": 0, "vm": 0, "hdd": 0]
    var bytesPerWorker: Int64 = 256 << 20
    var words = Array(process.arguments.dropFirst())
    while !words.isEmpty {
      let word = words.removeFirst()
      var value: String { words.isEmpty ? "" : words.removeFirst() }
      switch word {
      case "-c", "--cpu": hogs["cpu"] = Int64(value) ?? 0
      case "-i", "--io": hogs["io"] = Int64(value) ?? 0
      case "-m", "--vm": hogs["vm"] = Int64(value) ?? 0
      case "-d", "--hdd": hogs["hdd"] = Int64(value) ?? 0
      case "--vm-bytes": bytesPerWorker = size(value)
      case "--vm-hang", "--vm-stride", "--backoff", "--hdd-bytes": _ = value
      case "--vm-keep": break
      case "-t", "--timeout": timeout = size(value)
      default:
        process.note(notSimulated: "stress \(word)")
        return .exit(1)
      }
    }
    func hog(_ name: String) -> Int64 { hogs[name] ?? 0 }
    process.print(
      "stress: info: [\(process.id)] dispatching hogs: \(hog("cpu")) cpu, \(hog("io")) io, \(hog("vm")) vm, \(hog("hdd")) hdd\n"
    )
    let wanted = hog("vm") * bytesPerWorker
    process.machine.work.carry(load: (hog("cpu") + hog("vm")) * 1_000, at: process.world.now)
    process.machine.work.memoryTaken = wanted
    let limit = process.machine.facts.memoryLimit ?? process.machine.measures.memoryBytes
    if wanted > limit {
      guard process.machine.facts.memoryLimit != nil else {
        process.note(notSimulated: "stress with more memory than the node has")
        return .exit(1)
      }
      isKilled = true
      deadline = process.world.now + .milliseconds(300)
    } else if timeout > 0 {
      deadline = process.world.now + .seconds(timeout)
    } else {
      runsForever = true
    }
    return .again
  }

  /// A number with a unit: bytes (B, K, M, G) or seconds (s, m, h, d, y), as stress reads both.
  private func size(_ text: String) -> Int64 {
    let units: [Character: Int64] = [
      "B": 1, "K": 1 << 10, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30, "g": 1 << 30, "s": 1, "m": 60, "h": 3_600,
      "d": 86_400,
    ]
    guard let last = text.last, let unit = units[last] else { return Int64(text) ?? 0 }
    return (Int64(text.dropLast()) ?? 0) * unit
  }
}
