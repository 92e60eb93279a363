"""Languages as models write them, as people call them, and as their files are named."""

import pytest

from glmdesk.render.languages import file_name, language_of


@pytest.mark.parametrize(
    ("written", "name", "file"),
    [
        ("python", "Python", "code.py"),
        ("{.python}", "Python", "code.py"),
        ("C++", "C++", "code.cpp"),
        ("hpp", "C++", "code.hpp"),
        ("h", "C", "code.h"),
        ("js", "JavaScript", "code.js"),
        ("tsx", "TSX", "code.tsx"),
        ("sh", "Bash", "code.sh"),
        ("console", "Shell session", "code.txt"),
        ("postgres", "PostgreSQL", "code.sql"),
        ("yml", "YAML", "code.yml"),
        ("r", "R", "code.R"),
        ("dockerfile", "Docker", "Dockerfile"),
        ("docker", "Docker", "Dockerfile"),
        ("makefile", "Makefile", "Makefile"),
        ("cmake", "CMake", "code.cmake"),
        ("nginx", "Nginx", "nginx.conf"),
        ("svg", "SVG", "code.svg"),
        ("plaintext", "Text", "code.txt"),
        ("csv", "CSV", "code.csv"),
        ("中文", "中文", "code.txt"),
        ("Nonsense", "Nonsense", "code.txt"),
        ("", "", "code.txt"),
    ],
)
def test_a_language_has_a_name_and_an_ending(written: str, name: str, file: str) -> None:
    assert language_of(written).name == name
    assert file_name(written, "x = 1") == file


@pytest.mark.parametrize(
    ("written", "first_line", "file"),
    [
        ("js:src/app.js", "let a", "app.js"),
        ("python", "# app.py", "app.py"),
        ("python", "# filename: tools/main_2.py", "main_2.py"),
        ("tsx", "// src/App.tsx", "App.tsx"),
        ("html", "<!-- index.html -->", "index.html"),
        ("css", "/* style.css */", "style.css"),
        ("yaml", "# Dockerfile", "Dockerfile"),
        ("python", "# ../../etc/passwd.txt", "passwd.txt"),
        ("python", "# /etc/passwd.txt", "code.py"),
        ("python", "# version 1.5", "code.py"),
        ("python", "# 1.5", "code.py"),
        ("python", "#!/usr/bin/env python3.11", "code.py"),
        ("python", "# see app.py", "code.py"),
        ("python", "x" * 100_000 + ".py", "code.py"),
        ("python", "# " + "a/" * 50_000, "code.py"),
    ],
)
def test_the_name_that_stands_with_the_code_is_taken(written: str, first_line: str, file: str) -> None:
    assert file_name(written, f"{first_line}\nx = 1") == file
