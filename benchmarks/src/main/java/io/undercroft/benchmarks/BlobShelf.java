package io.undercroft.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Consumer;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.PageSet;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;
import org.jclouds.filesystem.reference.FilesystemConstants;

/** A blob for each film in a blob store of jclouds, and Yasson; its files are never forced. */
final class BlobShelf implements Shelf<Film> {
  private static final String CONTAINER = "films";

  private final RawJson json = new RawJson(Layout.COMPACT);
  private final BlobStoreContext context;
  private final BlobStore blobs;

  private BlobShelf(String provider, Properties settings) {
    context =
        ContextBuilder.newBuilder(provider)
            .overrides(settings)
            .credentials("nobody", "nothing")
            .buildView(BlobStoreContext.class);
    blobs = context.getBlobStore();
    blobs.createContainerInLocation(null, CONTAINER);
  }

  static BlobShelf inMemory() {
    return new BlobShelf("transient", new Properties());
  }

  static BlobShelf inFolder(Path folder) {
    Properties settings = new Properties();
    settings.setProperty(FilesystemConstants.PROPERTY_BASEDIR, folder.toString());
    return new BlobShelf("filesystem", settings);
  }

  @Override
  public Film get(String key) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(blobs.getBlob(CONTAINER, key)).getPayload().openStream()) {
      return json.decode(in.readAllBytes());
    }
  }

  @Override
  public void set(String key, Film value) {
    byte[] bytes = json.encode(value);
    blobs.putBlob(
        CONTAINER, blobs.blobBuilder(key).payload(bytes).contentLength(bytes.length).build());
  }

  @Override
  public Map<String, Film> getMany(List<String> keys) throws IOException {
    Map<String, Film> found = new HashMap<>();
    for (String key : keys) {
      found.put(key, get(key));
    }
    return found;
  }

  @Override
  public void setMany(Map<String, Film> values) {
    values.forEach(this::set);
  }

  @Override
  public void forEach(Consumer<? super Film> to) throws IOException {
    String after = "";
    while (after != null) {
      PageSet<? extends StorageMetadata> page =
          blobs.list(CONTAINER, ListContainerOptions.Builder.afterMarker(after).maxResults(1_000));
      for (StorageMetadata blob : page) {
        to.accept(get(blob.getName()));
      }
      after = page.getNextMarker();
    }
  }

  @Override
  public void close() {
    context.close();
    json.close();
  }
}
