@echo off
rem Starts the server of the pybridge that is installed for a Python of this machine.
for %%p in (py python) do (
  %%p -P -c "import mcp, pybridge" >nul 2>nul && (
    %%p -P -m pybridge mcp %*
    exit /b
  )
)
echo no Python of this machine has pybridge: pip install 'pybridge-runtime[mcp]' 1>&2
exit /b 1
