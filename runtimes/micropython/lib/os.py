from _os import *
