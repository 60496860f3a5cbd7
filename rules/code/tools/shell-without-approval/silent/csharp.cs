using System.Diagnostics;
using Microsoft.SemanticKernel;

class Tools
{
    [KernelFunction("run")]
    public string Run(string command)
    {
        confirm(command);
        return Process.Start("bash", $"-c {command}").ToString();
    }
}
