// swift-tools-version: 6.2
// Ardoise: one section per module and its tests, alphabetical inside each part, core first.
//
// The arrows between modules are policy: Tests/ArchitectureTests/Imports.swift holds the same table and checks it.
//
//   ARDOISE_WASM=1          only the core, as Embedded Swift, with the WebAssembly entry (see `make wasm`); ARDOISE_WASM=size
//                           optimises it for a browser, which takes several times as long
//   ARDOISE_ONLY=A,B        only targets A and B and what they need: a fast edit-build-test loop on one module
import PackageDescription

let wasm = Context.environment["ARDOISE_WASM"] != nil
let optimisation = Context.environment["ARDOISE_WASM"] == "size" ? "-Osize" : "-Onone"

/// Settings of every target: explicit existentials, imports that do not leak, members only from imported modules.
let common: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let embedded: [SwiftSetting] =
  wasm
  ? [
    .enableExperimentalFeature("Embedded"),
    .unsafeFlags(["-wmo", optimisation, "-Xfrontend", "-disable-stack-protector"]),
  ] : []

/// A module of the simulator core: no Foundation, compiles as Embedded Swift.
func core(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: dependencies.map { .byName(name: $0) },
    swiftSettings: common + embedded)
}

/// A module of the host side: Foundation is welcome at its edges.
func host(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: common)
}

/// `data` are folders that the tests read where they lie.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], data: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: data, resources: resources, swiftSettings: common)
}

var targets: [Target] = [
  core("Diagnostics"),
  core("Images", ["Postgres", "SimKernel", "SimMachine", "Unstructured", "Utilities"]),
  core("KubeAPI", ["SimKernel", "Unstructured"]),
  core("KubeCluster", ["KubeAPI", "SimKernel", "Unstructured"]),
  core("Kubectl", ["KubeAPI", "KubeCluster", "SimKernel", "SimMachine", "Unstructured"]),
  core("Postgres", ["SimKernel", "SimMachine"]),
  core("ShellRuntime", ["ShellSyntax", "SimKernel", "SimMachine"]),
  core("ShellSyntax", ["SimKernel"]),
  core("SimKernel"),
  core("SimMachine", ["SimKernel"]),
  core(
    "Simulator",
    [
      "Images", "KubeAPI", "KubeCluster", "Kubectl", "Postgres", "ShellRuntime", "ShellSyntax",
      "SimKernel", "SimMachine", "Unstructured", "Utilities",
    ]),
  core("Unstructured", ["SimKernel"]),
  core("Utilities", ["SimKernel", "SimMachine", "Unstructured"]),
]

if wasm {
  targets += [
    .target(name: "CRuntime", path: "Sources/CRuntime", cSettings: [.unsafeFlags(["-ffreestanding", "-O2"])]),
    .executableTarget(
      name: "SimulatorWasm", dependencies: ["CRuntime", "Simulator"], swiftSettings: common + embedded,
      linkerSettings: [
        .unsafeFlags([
          "-Xclang-linker", "-nostdlib", "-Xlinker", "--no-entry", "-Xlinker", "--gc-sections", "-Xlinker",
          "--strip-all", "-Xlinker", "-z", "-Xlinker", "stack-size=4194304", "-Xlinker", "--stack-first",
        ])
      ]),
  ]
} else {
  let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
  let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
  let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
  let flyingFox: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")
  let flyingSocks: Target.Dependency = .product(name: "FlyingSocks", package: "FlyingFox")
  targets += [
    .systemLibrary(name: "CCMark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
    host(
      "ArdoiseCLI",
      [
        "Conformance", "Diagnostics", "LabLint", "LabModel", "LabParser", "LabRecorder", "LabSite", "LabTranscript",
        "SimKernel", "SimMachine", "Simulator", "Unstructured", argumentParser, flyingFox, flyingSocks,
      ]),
    host("Conformance", ["Simulator", "Unstructured"]),
    host("LabLint", ["Diagnostics", "KubeAPI", "LabModel", "LabTranscript", "ShellSyntax", "Unstructured"]),
    host("LabModel", ["Diagnostics"]),
    host("LabParser", ["CCMark", "Diagnostics", "LabModel", yams]),
    host(
      "LabRecorder", ["Diagnostics", "LabModel", "LabTranscript", "SimKernel", "SimMachine", "Simulator"]),
    host("LabSite", ["Diagnostics", "LabModel", "LabTranscript", mustache]),
    host("LabTranscript", ["Diagnostics"]),
    .executableTarget(name: "ardoise", dependencies: ["ArdoiseCLI"], swiftSettings: common),
    .executableTarget(
      name: "ardoise-dev",
      dependencies: [
        "Conformance", "Diagnostics", "KubeAPI", "KubeCluster", "LabLint", "LabParser", "LabSite", "SimKernel",
        "Simulator", "Unstructured",
        argumentParser,
      ],
      swiftSettings: common),
    .executableTarget(name: "simulate-session", dependencies: ["Simulator"], swiftSettings: common),
    // Tests
    tests(
      "ArdoiseCLITests",
      ["ArdoiseCLI", "Diagnostics", "LabLint", "LabModel", "LabParser", "LabRecorder", "LabSite", "LabTranscript"]),
    tests("ArchitectureTests", []),
    tests("Browser", ["Diagnostics", "LabModel", "LabSite", "LabTranscript"]),
    tests("ConformanceTests", ["Conformance"], data: ["Captures", "Transcripts"]),
    tests("LabLintTests", ["Diagnostics", "LabLint", "LabModel", "LabParser", "LabSite", "LabTranscript"]),
    tests("DiagnosticsTests", ["Diagnostics"]),
    tests("ImagesTests", ["Images", "SimKernel", "SimMachine", "Simulator", "Unstructured"]),
    tests("KubeAPITests", ["KubeAPI", "SimKernel", "Unstructured"]),
    tests("KubeClusterTests", ["KubeAPI", "KubeCluster", "SimKernel", "Unstructured"]),
    tests(
      "KubectlReality", ["KubeAPI", "KubeCluster", "Kubectl", "SimKernel", "SimMachine", "Simulator", "Unstructured"],
      data: ["Scenes"]),
    tests("KubectlTests", ["Kubectl", "SimKernel", "Simulator", "Unstructured"], data: ["Sessions"]),
    tests("LabParserTests", ["CCMark", "Diagnostics", "LabModel", "LabParser"], resources: [.copy("Data")]),
    tests("LabRecorderTests", ["LabModel", "LabParser", "LabRecorder", "LabTranscript"]),
    tests("LabSiteTests", ["Diagnostics", "LabModel", "LabParser", "LabSite", "LabTranscript"]),
    tests("LabTranscriptTests", ["LabTranscript"]),
    tests("PostgresTests", ["Postgres", "SimKernel"], resources: [.copy("Cases")]),
    tests("PostgresToolsTests", ["Postgres", "SimKernel"], resources: [.copy("Cases")]),
    tests(
      "SeedTests", ["Diagnostics", "LabLint", "LabModel", "LabParser", "LabRecorder", "LabTranscript"], data: ["Course"]
    ),
    tests("ShellReality", ["ShellRuntime", "SimKernel", "SimMachine", "Utilities"], data: ["Scripts"]),
    tests("ShellRuntimeTests", ["ShellRuntime", "SimKernel", "SimMachine", "Utilities"]),
    tests("ShellSyntaxTests", ["ShellSyntax", "SimKernel"]),
    tests("SimKernelTests", ["SimKernel"]),
    tests(
      "UnstructuredTests", ["SimKernel", "Unstructured", yams], resources: [.copy("Manifests"), .copy("Printed")]),
    tests("UtilitiesReality", ["ShellRuntime", "SimKernel", "SimMachine", "Utilities"], resources: [.copy("Cases")]),
  ]
}

// ARDOISE_ONLY keeps the named targets and everything they depend on.
if let only = Context.environment["ARDOISE_ONLY"], !only.isEmpty {
  var wanted = Set(only.split(separator: ",").map(String.init))
  var grew = true
  while grew {
    grew = false
    for target in targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies where !wanted.contains(name) {
        wanted.insert(name)
        grew = true
      }
    }
  }
  targets = targets.filter { wanted.contains($0.name) }
}

let package = Package(
  name: "ardoise",
  products: wasm || Context.environment["ARDOISE_ONLY"] != nil
    ? [] : [.executable(name: "ardoise", targets: ["ardoise"])],
  dependencies: wasm
    ? []
    : [
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
      .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
      .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
      .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
