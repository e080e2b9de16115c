@echo off
rem Starts worker.py beside this file with a Python of this machine.
for %%p in (py python) do (
  %%p -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && (
    %%p "%~dp0worker.py" %*
    exit /b
  )
)
echo no Python from 3.11 on with venv on this machine 1>&2
exit /b 1
