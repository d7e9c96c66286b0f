// The world around a jq program: its environment, its inputs, its clock.

/// What a program can ask of the world around it.
final class JqHost {
  let environment: JqValue
  var inputName: JqValue = .null
  /// Lines read so far.
  var inputLine = 0
  let clock: () -> Double
  let show: (String) -> Void

  init(environment: JqValue, clock: @escaping () -> Double, show: @escaping (String) -> Void) {
    self.environment = environment
    self.clock = clock
    self.show = show
  }
  var now: Double { clock() }
}
