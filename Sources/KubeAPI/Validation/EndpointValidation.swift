// What the API server refuses in objects that controllers write, when people write them: endpoints, endpoint slices and leases
// (pkg/apis/{core,discovery,coordination}/validation, 1.32).

import SimKernel
import Unstructured

enum EndpointValidation {
  static func endpoints(_ checker: inout Checker) {
    if let old = checker.old, old["subsets"] == checker.object["subsets"] { return }
    for (index, subset) in (checker.object["subsets"]?.array ?? []).enumerated() {
      let at = "subsets[\(index)]"
      let ports = subset["ports"]?.array ?? []
      var isEmpty = true
      for list in ["addresses", "notReadyAddresses"] {
        for (number, address) in (subset[list]?.array ?? []).enumerated() {
          isEmpty = false
          self.address(&checker, address, "\(at).\(list)[\(number)]")
        }
      }
      if isEmpty { checker.required(at, "must specify `addresses` or `notReadyAddresses`") }
      for (number, port) in ports.enumerated() {
        self.port(&checker, port, isNamed: ports.count > 1, "\(at).ports[\(number)]")
      }
    }
  }

  private static func address(_ checker: inout Checker, _ address: Value, _ path: String) {
    let ip = address["ip"] ?? ""
    if let host = address["hostname"]?.string, !host.isEmpty {
      checker.invalidEach(path + ".hostname", .string(host), Names.dnsLabelProblems(host))
    }
    ServiceValidation.external(&checker, ip, path + ".ip")
    if !NetworkValidation.isIP(ip.string ?? "") { checker.invalid(path + ".ip", ip, "must be a valid IP address") }
  }

  private static func port(_ checker: inout Checker, _ port: Value, isNamed: Bool, _ path: String) {
    let name = port["name"]?.string ?? ""
    if !name.isEmpty {
      checker.invalidEach(path + ".name", .string(name), Names.dnsLabelProblems(name))
    } else if isNamed {
      checker.required(path + ".name")
    }
    let number = port["port"]?.integer ?? 0
    if number < 1 || number > 65_535 {
      checker.invalid(path + ".port", .integer(number), "must be between 1 and 65535, inclusive")
    }
    PodSpecValidation.choice(&checker, port["protocol"], path + ".protocol", ["SCTP", "TCP", "UDP"])
  }

  static func slice(_ checker: inout Checker) {
    let type = checker.object["addressType"]?.string ?? ""
    if type.isEmpty {
      checker.required("addressType")
    } else if !["FQDN", "IPv4", "IPv6"].contains(type) {
      checker.unsupported("addressType", .string(type), ["FQDN", "IPv4", "IPv6"])
    }
    for (index, endpoint) in (checker.object["endpoints"]?.array ?? []).enumerated() {
      let at = "endpoints[\(index)].addresses"
      let addresses = endpoint["addresses"]?.array ?? []
      if addresses.isEmpty { checker.required(at, "must contain at least 1 address") }
      for (number, address) in addresses.enumerated() where type == "IPv4" {
        ServiceValidation.external(&checker, address, "\(at)[\(number)]")
      }
    }
  }

  static func lease(_ checker: inout Checker) {
    let spec = checker.object["spec"]
    if let seconds = spec?["leaseDurationSeconds"]?.integer, seconds <= 0 {
      checker.invalid("spec.leaseDurationSeconds", .integer(seconds), "must be greater than 0")
    }
    checker.nonNegative("spec.leaseTransitions", spec?["leaseTransitions"])
  }
}
