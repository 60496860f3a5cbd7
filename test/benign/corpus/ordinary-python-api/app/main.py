import pickle
import subprocess

import pandas
import requests
from flask import Flask, request

app = Flask(__name__)


@app.route("/report", methods=["POST"])
def report():
    frame = pandas.DataFrame(request.get_json()["rows"])
    return frame.describe().to_json()


@app.route("/rates")
def rates():
    return requests.get("https://rates.example.com/v1/latest", timeout=5).json()


@app.route("/version")
def version():
    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout


def load_cache(path: str) -> dict:
    with open(path, "rb") as handle:
        return pickle.load(handle)
