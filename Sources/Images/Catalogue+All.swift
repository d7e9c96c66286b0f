// Every image family, in one table. `coverage` prints it.

extension ImageCatalogue {
  package static var all: ImageCatalogue {
    ImageCatalogue(
      [NginxImage.family, PostgresImage.family, RedisImage.family] + BusyBoxImages.families + HttpdImages.families
        + SystemImages.families)
  }
}
