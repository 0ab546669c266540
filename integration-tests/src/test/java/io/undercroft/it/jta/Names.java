package io.undercroft.it.jta;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;

/** Names as a server has them, for as long as it is open. */
public final class Names implements InitialContextFactory, AutoCloseable {
  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

  /** For the JVM, and for whoever opens it. */
  public Names() {}

  static Names open() {
    System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
    return new Names();
  }

  void bind(String name, Object what) {
    BOUND.put(name, what);
  }

  @Override
  public Context getInitialContext(Hashtable<?, ?> environment) throws NamingException {
    return new InitialContext(true) {
      @Override
      public Object lookup(String name) throws NamingException {
        Object found = BOUND.get(name);
        if (found == null) {
          throw new NameNotFoundException(name);
        }
        return found;
      }
    };
  }

  @Override
  public void close() {
    BOUND.clear();
    System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
  }
}
