/**
 * The contracts of Undercroft as tests. A plugin author writes one class with one factory method
 * and proves the plugin with it:
 *
 * <pre>{@code
 * class MyPluginTest extends StoragePluginContract {
 *   @Override
 *   protected PluginUnderTest plugin(Path temp) {
 *     return PluginUnderTest.of(new MyPlugin(), Map.of("path", temp.toString())).persistent();
 *   }
 * }
 * }</pre>
 *
 * <p>{@link io.undercroft.testkit.StoragePluginContract} runs the plugin through the runtime and
 * directly; it needs {@code undercroft-runtime} on the test class path. {@link
 * io.undercroft.testkit.BackendContract} runs it directly only and needs nothing but the SPI.
 */
@NullMarked
package io.undercroft.testkit;

import org.jspecify.annotations.NullMarked;
