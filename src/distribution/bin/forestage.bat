@echo off
rem The command line, from the zip. It needs Java 17 or newer: JAVA_HOME, or else java on the PATH.
setlocal
set "home=%~dp0.."
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"
where "%java%" >nul 2>nul || if not exist "%java%.exe" (
    echo forestage: no Java found: install Java 17 or newer, or set JAVA_HOME to one 1>&2
    exit /b 1
)
set "OPT_OUT_TRACKING=true"
set "compiler=-XX:TieredStopAtLevel=1"
for %%c in (import verify export train evaluate embed) do if "%~1"=="%%c" set "compiler=-XX:+TieredCompilation"
"%java%" %compiler% -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED "-Dforestage.home=%home%" -cp "%home%\lib\*" io.forestage.cli.Forestage %*
exit /b %ERRORLEVEL%
