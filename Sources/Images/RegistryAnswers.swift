// What containerd 1.6 says about a reference that a registry does not have, and when it is known that it does not: a repository
// that is not in Docker Hub's library, one whose author says in its name that it does not exist, a host that cannot exist.
// Sources: containerd remotes/docker (resolver, auth/fetch), remotes/errors; what each registry answers to an anonymous client.

enum RegistryAnswer {
  /// A tag that a repository does not have.
  static func noSuchTag(_ reference: ImageReference) -> String {
    "rpc error: code = NotFound desc = \(prefix(reference))\(reference.canonical): not found"
  }

  /// About a repository that is not modelled; nil when it may well exist.
  static func toUnknown(_ reference: ImageReference) -> String? {
    if let failure = unreachable(reference) { return failure }
    let isLibrary = reference.registry == "docker.io" && reference.repository.hasPrefix("library/")
    if isLibrary, !OfficialRepositories.contains(String(reference.repository.dropFirst(8))) {
      return denied(reference)
    }
    guard saysItDoesNotExist(reference) else { return nil }
    switch reference.registry {
    case "docker.io": return isLibrary ? noSuchTag(reference) : denied(reference)
    case "quay.io":
      return
        "\(prefix(reference))pulling from host quay.io failed with status code [manifests \(place(reference))]: 401 UNAUTHORIZED"
    case "ghcr.io": return noToken(reference, "https://ghcr.io/token", service: "ghcr.io", "403 Forbidden")
    case "registry.k8s.io", "k8s.gcr.io", "mcr.microsoft.com", "public.ecr.aws": return noSuchTag(reference)
    // What it says about a project that does not exist is not known; these do.
    case "gcr.io"
    where ["google-samples", "google_samples", "google-containers", "google_containers"].contains(
      separated(reference.repository, by: "/")[0]):
      return noSuchTag(reference)
    default: return nil
    }
  }

  private static func prefix(_ reference: ImageReference) -> String {
    "failed to pull and unpack image \"\(reference.canonical)\": failed to resolve reference \"\(reference.canonical)\": "
  }

  private static func place(_ reference: ImageReference) -> String { reference.digest ?? reference.tag }

  /// Docker Hub's answer for a repository that does not exist (or is private: it does not tell).
  private static func denied(_ reference: ImageReference) -> String {
    "\(prefix(reference))pull access denied, repository does not exist or may require authorization: server message: "
      + "insufficient_scope: authorization failed"
  }

  /// A registry that does not even give an anonymous client a token for what it does not have.
  private static func noToken(_ reference: ImageReference, _ url: String, service: String, _ status: String) -> String {
    let scope = "repository%3A\(separated(reference.repository, by: "/").joined(separator: "%2F"))%3Apull"
    return
      "\(prefix(reference))failed to authorize: failed to fetch anonymous token: unexpected status from GET request to \(url)?scope=\(scope)&service=\(service): \(status)"
  }

  /// A registry on the node itself, where nothing listens; containerd speaks plain HTTP there.
  private static func unreachable(_ reference: ImageReference) -> String? {
    let (host, port) = hostAndPort(reference.registry, 80)
    guard host == "localhost" || host == "127.0.0.1" else { return nil }
    return
      "\(prefix(reference))failed to do request: Head \"http://\(reference.registry)/v2/\(reference.repository)/manifests/\(place(reference))\": dial tcp 127.0.0.1:\(port): connect: connection refused"
  }

  /// Words by which an author says that there is no such image.
  private static func saysItDoesNotExist(_ reference: ImageReference) -> Bool {
    let text = (reference.repository + ":" + reference.tag).lowercased()
    for words in [
      "does-not-exist", "doesnotexist", "doesntexist", "nonexist", "non-exist", "no-such", "nosuch", "notfound",
      "not-found", "inexistant", "n-existe-pas", "nexistepas", "nope",
    ] where occurs(words, in: text) { return true }
    return false
  }
}
