package io.undercroft.it.servers;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.enterprise.context.ApplicationScoped;

/** The two databases, made by the server as Jakarta EE has it. */
@ApplicationScoped
@DataSourceDefinition(
    name = "java:app/jdbc/debits",
    className = "org.h2.jdbcx.JdbcDataSource",
    url = "jdbc:h2:mem:debits;DB_CLOSE_DELAY=-1",
    user = "sa",
    password = "")
@DataSourceDefinition(
    name = "java:app/jdbc/credits",
    className = "org.h2.jdbcx.JdbcDataSource",
    url = "jdbc:h2:mem:credits;DB_CLOSE_DELAY=-1",
    user = "sa",
    password = "")
public class Databases {}
