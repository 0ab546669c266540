@echo off
rem Starts Undercroft's command line. Needs Java 17 or newer, from JAVA_HOME or the PATH.
setlocal
set "home=%~dp0.."
if defined JAVA_HOME (set "java=%JAVA_HOME%\bin\java.exe") else (set "java=java.exe")
"%java%" -version >nul 2>&1
if errorlevel 1 (
  echo undercroft needs Java 17 or newer: set JAVA_HOME, or put java on the PATH 1>&2
  exit /b 2
)
if not exist "%home%\cds" mkdir "%home%\cds" 2>nul
set "archive=%home%\cds\undercroft.jsa"
if exist "%archive%" (set "share=-XX:SharedArchiveFile=%archive%") else (set "share=-XX:ArchiveClassesAtExit=%archive%")
"%java%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xlog:disable -Xlog:all=error:stderr "%share%" %UNDERCROFT_JAVA_OPTS% -cp "%home%\lib\*" "-Dundercroft.home=%home%" "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn" "-Dundercroft.command=%~f0" io.undercroft.cli.Main %*
exit /b %errorlevel%
