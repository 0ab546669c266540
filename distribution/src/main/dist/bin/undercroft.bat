@echo off
rem Starts Undercroft's command line. Needs Java 17 or newer, from JAVA_HOME or the PATH.
rem UNDERCROFT_JAVA_OPTS are further options for the JVM; UNDERCROFT_LOG_LEVEL is warn, info or debug.
setlocal EnableExtensions DisableDelayedExpansion
for %%h in ("%~dp0..") do set "home=%%~fh"

rem No parentheses around what expands a path: one in the path would end the block.
set "java=java.exe"
if not defined JAVA_HOME goto version
set "java=%JAVA_HOME:"=%\bin\java.exe"
:version
set "version="
for /f "tokens=2,3" %%u in ('^""%java%" -version 2^>^&1^"') do if "%%u"=="version" set "version=%%~v"
if not defined version goto nojava
for /f "delims=.-+" %%m in ("%version%") do set "major=%%m"
if %major% LSS 17 goto oldjava

rem The libraries that need these say so; without the options the JVM prints a warning for each.
set "later="
if %major% GEQ 24 set "later=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
set "level=warn"
if defined UNDERCROFT_LOG_LEVEL set "level=%UNDERCROFT_LOG_LEVEL%"
set "command=%~f0"
if defined UNDERCROFT_COMMAND set "command=%UNDERCROFT_COMMAND%"

rem The classes of the first run, archived, make every later start two to three times as fast.
set "new="
set "archive=%home%\cds\%version%.jsa"
set "share=-XX:SharedArchiveFile=%archive%"
if exist "%archive%" goto run
set "share=-Xshare:auto"
set "new=%archive%.%RANDOM%"
if not exist "%home%\cds" mkdir "%home%\cds" 2>nul
(type nul >"%new%") 2>nul
if exist "%new%" goto writable
set "new="
goto run
:writable
del "%new%"
set "share=-XX:ArchiveClassesAtExit=%new%"

:run
rem One command is over before a compiler for long runs pays off; -Xlog:disable and cds*=off keep an archive silent that is stale or not quite as expected.
"%java%" "%share%" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto -Xlog:disable -Xlog:all=error,cds*=off:stderr %UNDERCROFT_JAVA_OPTS% -cp "%home%\lib\*" "-Dundercroft.home=%home%" "-Dundercroft.command=%command%" "-Dorg.slf4j.simpleLogger.defaultLogLevel=%level%" %later% io.undercroft.cli.Main %*
set "status=%errorlevel%"
if not defined new goto end
if exist "%new%" move /y "%new%" "%archive%" >nul 2>&1
:end
exit /b %status%

:nojava
echo undercroft needs Java 17 or newer: set JAVA_HOME, or put java on the PATH 1>&2
exit /b 2

:oldjava
echo undercroft needs Java 17 or newer; "%java%" is %version% 1>&2
exit /b 2
