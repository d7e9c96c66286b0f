// Zones against Foundation's reading of the same rules, hour by hour around every change of a year, and rules written by hand.

import Foundation
import SimKernel
import Testing

@Suite struct CivilZoneTests {
  @Test(arguments: [
    "UTC", "Europe/Paris", "Europe/London", "Europe/Dublin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata",
    "Australia/Sydney", "America/Santiago", "Asia/Tokyo", "Pacific/Auckland", "Africa/Cairo",
  ]) func offsetsAgreeWithFoundation(_ name: String) throws {
    let zone = try #require(CivilZone.named(name))
    guard let other = TimeZone(identifier: name) else { return }
    // The summer of 2026 and the winter after it.
    var second: Int64 = 1_767_225_600
    while second < 1_798_761_600 {
      let wanted = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
      #expect(zone.offset(atUnix: second) == Int64(wanted), "\(name) at \(second)")
      second += 3_600
    }
  }

  @Test func localTimesAreFoundAgain() throws {
    let zone = try #require(CivilZone.named("Europe/Paris"))
    for second in stride(from: Int64(1_767_225_600), to: 1_798_761_600, by: 7_200) {
      let local = second + zone.offset(atUnix: second)
      let found = zone.unix(local: local)
      #expect(found == second || found + zone.offset(atUnix: found) == local)
    }
  }

  @Test func rulesOfPosix() throws {
    let zone = try #require(CivilZone(name: "x", rule: "<+0330>-3:30"))
    #expect(zone.standard == 12_600)
    #expect(zone.abbreviation == "+0330")
    #expect(CivilZone(name: "x", rule: "CE") == nil)
    #expect(CivilZone(name: "x", rule: "CET-1CEST,M13.1.0,M10.5.0") == nil)
    #expect(CivilZone.named("Mars/Olympus") == nil)
    #expect(CivilZone.named("europe/paris") == nil)
  }

  /// What glibc makes of the variable `TZ` in January.
  @Test(
    arguments: [
      ("", "UTC", 0), (":Europe/Paris", "CET", 3_600), ("posix/MET", "MET", 3_600), ("WET", "WET", 0),
      ("/usr/share/zoneinfo/EST", "EST", -18_000), ("Foo/Bar", "Foo", 0), ("FO", "", 0), ("XYZ-3:30", "XYZ", 12_600),
      ("GMT+25", "GMT", -86_400), ("europe/paris", "europe", 0),
    ] as [(String, String, Int64)])
  func valuesOfTheEnvironment(_ value: String, _ letters: String, _ offset: Int64) {
    let zone = CivilZone.environment(value)
    #expect(zone.abbreviation(atUnix: 1_705_320_000) == letters)
    #expect(zone.offset(atUnix: 1_705_320_000) == offset)
  }
}
