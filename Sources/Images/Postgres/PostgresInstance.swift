// A running server as others on the machine see it: what listens on its port and socket, and the standbys that stream from it.

import Postgres
import SimKernel
import SimMachine

/// A running server: clients find it on its port and its socket.
final class PostgresInstance: Listener {
  let service = "postgresql"
  let server: Server
  /// What a base backup copies.
  let directory: Inode
  /// Writes a checkpoint for a base backup, with its lines in the log.
  var onCheckpoint: ((_ reasons: String, _ total: Interval) -> Void)?

  /// listen_addresses names nothing but the machine itself.
  var isLocalOnly: Bool {
    let addresses = server.listenAddresses
    return ["localhost", "127.0.0.1", "127.0.0.1,::1", "localhost,127.0.0.1"].contains(addresses)
  }
  /// Called with false when the server was killed, for the standbys that stream from it.
  var streams: [(sender: WalSender, ended: (Bool) -> Void)] = []

  init(_ server: Server, directory: Inode) {
    self.server = server
    self.directory = directory
  }

  func endStreams(cleanly: Bool) {
    let all = streams
    streams = []
    for stream in all {
      server.stopSender(stream.sender)
      stream.ended(cleanly)
    }
  }

  func endStream(_ sender: WalSender) {
    for (index, stream) in streams.enumerated() where stream.sender === sender {
      streams.remove(at: index)
      server.stopSender(sender)
      return
    }
  }
}
