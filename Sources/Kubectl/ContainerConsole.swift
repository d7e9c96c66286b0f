// The door to containers: what kubectl needs of a running container beyond the API objects. Whoever owns the container
// machines implements it; kubectl knows no images and no programs.

package import SimKernel
package import SimMachine

package enum ExecOutcome {
  /// The process runs on the container's machine; kubectl waits for its end.
  case started(Process)
  /// The runtime's message, e.g. `OCI runtime exec failed: …`; kubectl puts its own words around it.
  case failed(String)
  /// Something that is not modelled, for the list of such things.
  case notSimulated(String)
}

/// What a container has written, line by line. One instance per container ID, that is per restart.
package final class ContainerLog {
  package struct Line {
    package let at: Instant
    /// Without the newline.
    package let bytes: [UInt8]
    /// False for a last line that had no newline (yet).
    package let isWhole: Bool

    package init(at: Instant, bytes: [UInt8], isWhole: Bool = true) {
      self.at = at
      self.bytes = bytes
      self.isWhole = isWhole
    }
  }

  package private(set) var lines: [Line] = []
  /// True once the container has ended: no line will follow.
  package private(set) var isClosed = false
  /// What of the program's own lines is not modelled, for whoever reads the log; nil when all of them are.
  package var notSimulated: String?
  /// Woken by every new line and by the end.
  package let grown = WaitQueue()

  package init() {}

  package func append(_ line: Line) {
    if let last = lines.last, !last.isWhole {
      lines[lines.count - 1] = Line(at: last.at, bytes: last.bytes + line.bytes, isWhole: line.isWhole)
    } else {
      lines.append(line)
    }
    grown.wake()
  }

  package func close() {
    isClosed = true
    grown.wake()
  }
}

package protocol ContainerConsole: AnyObject {
  /// Starts a command inside a running container. `files` are the descriptors 0, 1 and 2 it gets (with a tty all three are
  /// the caller's terminal); the returned process belongs to the container's machine and is charged to the caller's account.
  func exec(containerID: String, command: [String], tty: Bool, files: [Int: OpenFile], caller: Process) -> ExecOutcome
  /// The container's first process, to whose output (and input, if it reads any) an attached client is connected.
  func attach(containerID: String, tty: Bool, files: [Int: OpenFile], caller: Process) -> ExecOutcome
  /// Nil when the runtime knows no such container (any more).
  func log(containerID: String) -> ContainerLog?
  /// The container's files, for `cp`.
  func fileSystem(containerID: String) -> FileSystem?
  /// Images that pods asked for and that are not modelled, as the pods spell them.
  var unmodelledImages: [String] { get }
  /// What the programs that run in containers did and is not modelled, or why they were stopped, by pod.
  var unmodelledPrograms: [(podUID: String, reason: String)] { get }
  /// What listens on a port of the pod with this address, for `port-forward`.
  func listener(podIP: String, port: Int) -> (any Listener)?
}
