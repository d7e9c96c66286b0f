// The languages a course is written in, and values that exist once per language. French is the usual source; English
// is its translation. A language the interface has no words for cannot be published, so this is an enum.

package enum Language: String, Hashable, Sendable, CaseIterable {
  case fr
  case en

  /// The code for `lang` and `hreflang`, and the name of the folder in the site.
  package var code: String { rawValue }

  /// Its own name for itself.
  package var name: String {
    switch self {
    case .fr: "Français"
    case .en: "English"
    }
  }
}

extension Language {
  /// In English, for messages to authors.
  package var englishName: String {
    switch self {
    case .fr: "French"
    case .en: "English"
    }
  }
}

/// A value per language, some of them perhaps missing.
package struct Localized<Value> {
  package var fr: Value?
  package var en: Value?

  package init(fr: Value? = nil, en: Value? = nil) {
    self.fr = fr
    self.en = en
  }

  package subscript(language: Language) -> Value? {
    get {
      switch language {
      case .fr: fr
      case .en: en
      }
    }
    set {
      switch language {
      case .fr: fr = newValue
      case .en: en = newValue
      }
    }
  }

  package var isEmpty: Bool { fr == nil && en == nil }

  /// The languages that have a value, in the order of `Language.allCases`.
  package var languages: [Language] { Language.allCases.filter { self[$0] != nil } }

  /// The value to show in `language`: its own, else the source language's, else any; with the language it is in.
  package func resolved(for language: Language, source: Language) -> (value: Value, language: Language)? {
    for candidate in [language, source] + Language.allCases {
      if let value = self[candidate] { return (value, candidate) }
    }
    return nil
  }

  package func map<Other>(_ transform: (Value) -> Other) -> Localized<Other> {
    Localized<Other>(fr: fr.map(transform), en: en.map(transform))
  }
}

extension Localized: Equatable where Value: Equatable {}
extension Localized: Hashable where Value: Hashable {}
extension Localized: Sendable where Value: Sendable {}
