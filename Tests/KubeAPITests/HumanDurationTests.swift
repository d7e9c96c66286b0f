import KubeAPI
import Testing

@Suite struct HumanDurationTests {
  /// Ages at the borders where kubectl changes its units.
  @Test(arguments: [
    (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"), (600, "10m"), (10_799, "179m"),
    (10_800, "3h"),
    (12_000, "3h20m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (190_800, "2d5h"), (691_200, "8d"),
  ]) func agesChangeUnitsWhereKubectlDoes(seconds: Int64, text: String) {
    #expect(HumanDuration.text(seconds: seconds) == text)
  }
}
