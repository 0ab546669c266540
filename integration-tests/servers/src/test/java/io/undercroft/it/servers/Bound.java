package io.undercroft.it.servers;

import io.undercroft.storage.Binding;
import io.undercroft.storage.Undercroft;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;
import org.jspecify.annotations.Nullable;

/**
 * Binds what the archive around it has to a web archive, which has a class loader of its own: some
 * servers tell the shared runtime nothing of it.
 */
@WebListener
public class Bound implements ServletContextListener {
  @Inject Undercroft undercroft;
  private @Nullable Binding binding;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    binding = undercroft.bind(event.getServletContext().getClassLoader());
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (binding != null) {
      binding.close();
    }
  }
}
