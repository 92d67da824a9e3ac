import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Gives the classes of a jar the format of Java 8 where theirs is older: an AOT cache takes no class that has no stack maps, and
 * picocli is compiled for Java 5. What the classes do stays the same. A jar without such classes stays as it is.
 */
private static final int OLDEST = ClassFile.JAVA_8_VERSION;

void main(String[] args) throws IOException {
  Path jar = Path.of(args[0]);
  Path lifted = jar.resolveSibling(jar.getFileName() + ".lifted");
  boolean changed = false;
  try (JarFile from = new JarFile(jar.toFile());
      URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
      JarOutputStream to = new JarOutputStream(Files.newOutputStream(lifted))) {
    ClassFile format = ClassFile.of(
        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
        ClassFile.ConstantPoolSharingOption.NEW_POOL,
        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)));
    for (JarEntry entry : from.stream().toList()) {
      byte[] bytes = from.getInputStream(entry).readAllBytes();
      if (entry.getName().endsWith(".class")) {
        ClassModel model = format.parse(bytes);
        if (model.majorVersion() < OLDEST) {
          bytes = format.transformClass(model, inNewFormat());
          changed = true;
        }
      }
      JarEntry same = new JarEntry(entry.getName());
      same.setTime(entry.getTime());
      to.putNextEntry(same);
      to.write(bytes);
    }
  }
  if (changed) {
    Files.move(lifted, jar, StandardCopyOption.REPLACE_EXISTING);
  } else {
    Files.delete(lifted);
  }
}

private static ClassTransform inNewFormat() {
  return ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
      .andThen(ClassTransform.endHandler(builder -> builder.withVersion(OLDEST, 0)));
}
