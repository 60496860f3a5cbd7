from setuptools import setup

setup(name="mylib", version="1.0", install_requires=["numpy>=1.26", "click"], extras_require={"dev": ["pytest"]})
