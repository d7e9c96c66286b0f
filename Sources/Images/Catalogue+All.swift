// Every image family, in one table. `coverage` prints it.

extension ImageCatalogue {
  package static var all: ImageCatalogue {
    ImageCatalogue(
      [NginxImage.family, PostgresImage.family, RedisImage.family] + ZooKeeperImage.families + EtcdImage.families
        + BusyBoxImages.families
        + HttpdImages.families
        + SystemImages.families)
  }
}
