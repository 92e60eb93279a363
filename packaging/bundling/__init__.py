"""What is made for the packages, with the libraries that the program itself and PyInstaller need."""
