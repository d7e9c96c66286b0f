// A server of an ensemble that decides by majority: it looks for a leader, leads, or follows. Alone, or with too few others, it
// serves nobody. What is agreed on (a tree, keys, metadata) belongs to subclasses, which copy it from the leader when they begin to
// follow.
//
//     looking ──(leader found)──────────────▶ following ──(leader gone)──▶ looking
//        └────(majority of lookers, best)───▶ leading ────(majority gone)─▶ looking

import SimKernel
import SimMachine

class QuorumServer: PeerServer {
  enum Standing { case looking, leading, following }

  private(set) var standing = Standing.looking
  private(set) var leader: QuorumServer?
  private(set) var followers: [QuorumServer] = []
  /// Counts searches, so that an old one ends when a new one begins.
  private var search = 0

  // MARK: For subclasses

  /// How many voters there are, this one included.
  var voterCount: Int { 1 }
  /// The other voters that run and can be reached.
  func reachable() -> [QuorumServer] { [] }
  /// Whether this server's data are older than the other's, or equal with a lesser claim.
  func yields(to other: QuorumServer) -> Bool { false }
  var electionDelay: Interval { .milliseconds(400) }
  /// How long a leader without a majority goes on.
  var stepDownDelay: Interval { .seconds(Int64(1)) }
  /// Leads from now on.
  func won() {}
  /// Follows from now on: takes the leader's data.
  func joined(_ leader: QuorumServer) {}
  /// Neither leads nor follows any more.
  func lostQuorum() {}

  // MARK: Standing

  var majority: Int { voterCount / 2 + 1 }
  var hasQuorum: Bool { standing != .looking }

  /// Everybody who takes part in what the leader decides, the leader first.
  var members: [QuorumServer] {
    switch standing {
    case .looking: return []
    case .leading: return [self] + followers
    case .following: return leader?.members ?? []
    }
  }

  /// Looks for a leader, or becomes one.
  func seek() {
    let before = standing
    standing = .looking
    leader = nil
    followers = []
    if before != .looking { lostQuorum() }
    machine.disturbed()
    search += 1
    let mine = search
    if attempt(mine) { return }
    keepTrying(every: .seconds(Int64(1)), activeFor: 8) { [self] in mine != search || attempt(mine) }
  }

  /// True when there is nothing left to try.
  private func attempt(_ mine: Int) -> Bool {
    guard standing == .looking else { return true }
    let others = reachable()
    // With this one, the leader has a majority.
    for other in others where other.standing == .leading && other.followers.count + 2 >= other.majority {
      follow(other)
      return true
    }
    for other in others {
      if let leader = other.leader, leader.isUp, other.standing == .following, leader.standing == .leading {
        follow(leader)
        return true
      }
    }
    guard lookers(others).count >= majority else { return false }
    after(electionDelay) { [self] in
      guard mine == search else { return }
      elect()
    }
    return true
  }

  private func lookers(_ others: [QuorumServer]) -> [QuorumServer] {
    var list: [QuorumServer] = [self]
    for other in others where other.standing == .looking { list.append(other) }
    return list
  }

  private func elect() {
    guard standing == .looking else { return }
    let candidates = lookers(reachable())
    guard candidates.count >= majority else { return seek() }
    var best = candidates[0]
    for candidate in candidates.dropFirst() where best.yields(to: candidate) { best = candidate }
    best.standing = .leading
    best.leader = best
    best.followers = []
    best.search += 1
    best.won()
    for candidate in candidates where candidate !== best { candidate.follow(best) }
    best.machine.disturbed()
  }

  private func follow(_ other: QuorumServer) {
    search += 1
    standing = .following
    leader = other
    other.followers.append(self)
    link(other)
    for member in other.followers where member !== self { link(member) }
    joined(other)
    machine.disturbed()
  }

  override func peerLost(_ other: PeerServer) {
    guard let other = other as? QuorumServer else { return }
    followers.removeAll { $0 === other }
    if standing == .following, leader === other { return seek() }
    guard standing == .leading, followers.count + 1 < majority else { return }
    after(stepDownDelay) { [self] in stepDownIfAlone() }
  }

  private func stepDownIfAlone() {
    guard standing == .leading, followers.count + 1 < majority else { return }
    let left = followers
    seek()
    for follower in left where follower.isUp { follower.seek() }
  }

  /// Gives up leading, so that the others choose again.
  func resign() {
    guard standing == .leading else { return }
    let left = followers
    seek()
    for follower in left where follower.isUp { follower.seek() }
  }

  override func closed() {
    search += 1
    standing = .looking
    leader = nil
    followers = []
  }
}
