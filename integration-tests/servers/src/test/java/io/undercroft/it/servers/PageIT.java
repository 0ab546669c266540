package io.undercroft.it.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The example's page in two real browsers: what one says, the other sees. */
@ExtendWith(ArquillianExtension.class)
class PageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @ArquillianResource
  @SuppressWarnings("NullAway.Init") // set before every test
  URL application;

  @Deployment(testable = false)
  static Archive<?> night() {
    return Archives.night();
  }

  private static Optional<File> program(String... names) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .flatMap(folder -> Stream.of(names).map(name -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  private static ChromeDriver browser(File chromium, File driver) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
    ChromeDriver browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(driver)
                .usingAnyFreePort()
                .build(),
            options);
    browser.manage().window().setSize(new Dimension(1_000, 700));
    return browser;
  }

  @Test
  void aRatingIsSeenInAnotherBrowserWithinASecond() throws Exception {
    Optional<File> chromium = program("chromium", "chromium-browser", "google-chrome");
    Optional<File> driver = program("chromedriver");
    if (chromium.isEmpty() || driver.isEmpty()) {
      System.out.println("NOT RUN: no chromium or no chromedriver on the PATH");
    }
    assumeTrue(chromium.isPresent() && driver.isPresent(), "chromium and chromedriver");
    ChromeDriver ann = browser(chromium.get(), driver.get());
    try {
      ChromeDriver ben = browser(chromium.get(), driver.get());
      try {
        assertStory(ann, ben);
      } finally {
        ben.quit();
      }
    } finally {
      ann.quit();
    }
  }

  private void assertStory(ChromeDriver ann, ChromeDriver ben) throws Exception {
    ann.get(application.toString());
    type(ann, "room-name", "Friday's movies");
    type(ann, "host", "Ann");
    click(ann, "#open button");
    awaitText(ann, "#room-title", "Friday's movies");

    ben.get(application.toString());
    click(ben, "#rooms a");
    type(ben, "by", "Ben");
    awaitText(ben, "#live", "live");
    awaitText(ann, "#live", "live");

    long slowest = 0;
    slowest = Math.max(slowest, rate(ben, ann, "Casablanca", 5, "Ben 5"));
    slowest = Math.max(slowest, rate(ann, ben, "Casablanca", 4, "Ben 5, Ann 4"));
    slowest = Math.max(slowest, rate(ann, ben, "The Matrix", 4, "Ann 4"));
    slowest = Math.max(slowest, rate(ben, ann, "Gigli", 1, "Ben 1"));
    slowest = Math.max(slowest, rate(ann, ben, "The Matrix", 5, "Ann 5"));
    System.out.printf("slowest rating from one browser to the other: %d ms%n", slowest);
    assertThat(slowest).as("milliseconds from one browser to the other").isLessThan(1_000);

    Files.write(Path.of("target", "movie-night.png"), ben.getScreenshotAs(OutputType.BYTES));
    assertThat(texts(ann)).isEqualTo(texts(ben)).hasSize(3);
    assertThat(ann.findElement(By.id("kept")).getText()).isEqualTo("memory");
    ben.get(application + "#nowhere");
    awaitText(ben, "#open-problem", "nowhere");
  }

  /** Returns the rows in one step, as they are made anew whenever a rating comes. */
  private static List<String> texts(ChromeDriver browser) {
    Object rows =
        browser.executeScript(
            "return [...document.querySelectorAll('#ratings tr')].map(row => row.innerText)");
    return rows instanceof List<?> all ? all.stream().map(String::valueOf).toList() : List.of();
  }

  private static void type(ChromeDriver browser, String id, String text) {
    new WebDriverWait(browser, PATIENCE)
        .until(ExpectedConditions.visibilityOfElementLocated(By.id(id)));
    browser.findElement(By.id(id)).clear();
    browser.findElement(By.id(id)).sendKeys(text);
  }

  private static void click(ChromeDriver browser, String selector) {
    new WebDriverWait(browser, PATIENCE)
        .until(ExpectedConditions.elementToBeClickable(By.cssSelector(selector)))
        .click();
  }

  private static void awaitText(ChromeDriver browser, String selector, String text) {
    new WebDriverWait(browser, PATIENCE)
        .until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(selector), text));
  }

  /** Returns how long it took, in milliseconds, from the click to the other's table. */
  private static long rate(
      ChromeDriver one, ChromeDriver other, String film, int stars, String seen) {
    type(one, "film", film);
    one.executeScript("document.querySelector('[name=stars][value=\"" + stars + "\"]').click()");
    long begin = System.nanoTime();
    click(one, "#rate button");
    new WebDriverWait(other, PATIENCE, Duration.ofMillis(10))
        .until(
            browser ->
                texts(other).stream().anyMatch(row -> row.startsWith(film) && row.endsWith(seen)));
    return Duration.ofNanos(System.nanoTime() - begin).toMillis();
  }
}
